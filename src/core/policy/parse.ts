/** Reads M2MPolicy documents from YAML text (JSON is YAML): what is right, and every mistake with its file, path and line. */

import { readYaml } from '../yaml.ts'
import { checkPolicy, formatPath } from './check.ts'
import type { PolicySpec } from './schema.ts'

/** Larger files are no policies; callers need not read on beyond it. */
export const MAX_POLICY_BYTES = 1024 * 1024

export interface PolicyDocument {
  readonly file: string
  readonly name: string
  readonly spec: PolicySpec
}

export interface PolicyProblem {
  readonly file: string
  /** `spec.providers[0].name`; empty for a document or file as a whole. */
  readonly path: string
  /** Counted from 1. */
  readonly line?: number
  readonly message: string
}

export interface ParsedPolicies {
  /** Those without a mistake, in the order of the text. */
  readonly policies: readonly PolicyDocument[]
  readonly problems: readonly PolicyProblem[]
}

/** @param file a name for messages. Empty documents are skipped. Never throws. */
export function parsePolicyDocuments(text: string, file: string): ParsedPolicies {
  if (text.length > MAX_POLICY_BYTES) {
    return { policies: [], problems: [{ file, path: '', message: 'is larger than 1 MiB' }] }
  }
  const policies: PolicyDocument[] = []
  const problems: PolicyProblem[] = []
  for (const { value, problems: syntax, lineOf } of readYaml(text)) {
    const found =
      syntax.length > 0
        ? syntax.map((problem) => ({ file, path: '', ...problem }))
        : checkPolicy(value).map(({ path, message }) => ({ file, path: formatPath(path), line: lineOf(path), message }))
    if (found.length === 0) policies.push({ file, ...documentOf(value) })
    problems.push(...found.sort((a, b) => a.line - b.line))
  }
  return { policies, problems }
}

function documentOf(checked: unknown): { name: string; spec: PolicySpec } {
  const { metadata, spec } = checked as { metadata: { name: string }; spec: PolicySpec }
  return { name: metadata.name, spec }
}

/** `policy.yaml:12: spec.compression.profil: unknown field; did you mean profile?` */
export function formatProblem({ file, path, line, message }: PolicyProblem): string {
  return `${file}${line === undefined ? '' : `:${line}`}: ${path === '' ? '' : `${path}: `}${message}`
}

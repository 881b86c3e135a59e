/**
 * Reads M2MPolicy documents from YAML text (JSON is YAML), and reports every error and note with file, path and line.
 */

import { readYaml } from '../yaml.ts'
import { checkPolicy, formatPath } from './check.ts'
import type { Diagnostic } from './diagnostic.ts'
import { MAX_POLICY_BYTES } from './policy-file.ts'
import { KIND, type PolicySpec } from './schema.ts'

export interface PolicyDocument {
  readonly file: string
  /** Undefined in a file that names none. */
  readonly namespace: string | undefined
  readonly name: string
  readonly spec: PolicySpec
}

export interface ParsedPolicies {
  /** Those without an error, in the order of the text. */
  readonly policies: readonly PolicyDocument[]
  readonly errors: readonly Diagnostic[]
  /** Fields of `policies` that have no effect beside others. */
  readonly notes: readonly Diagnostic[]
}

/**
 * @param file a name for messages. Empty documents are skipped. Never throws.
 * @param areOthersSkipped so are objects of other kinds, as folders of manifests hold them; else each is a mistake
 */
export function parsePolicyDocuments(text: string, file: string, areOthersSkipped = false): ParsedPolicies {
  if (text.length > MAX_POLICY_BYTES) {
    return { policies: [], errors: [{ file, path: '', message: 'is larger than 1 MiB' }], notes: [] }
  }
  const policies: PolicyDocument[] = []
  const errors: Diagnostic[] = []
  const notes: Diagnostic[] = []
  for (const { value, problems: syntax, lineOf } of readYaml(text)) {
    if (syntax.length > 0) {
      errors.push(...syntax.map(({ line, message }) => ({ file, path: '', line, message })))
      continue
    }
    if (areOthersSkipped && isOther(value)) continue
    const checked = checkPolicy(value)
    const located = checked.found
      .map(({ path, message }) => ({ file, path: formatPath(path), line: lineOf(path), message }))
      .sort((a, b) => a.line - b.line)
    if (checked.document === undefined) errors.push(...located)
    else {
      const { metadata, spec } = checked.document
      policies.push({ file, namespace: metadata.namespace, name: metadata.name, spec })
      notes.push(...located)
    }
  }
  return { policies, errors, notes }
}

/** What is of our group, or named like a policy, is meant to be one. */
function isOther(value: unknown): boolean {
  const { apiVersion, kind } = (value ?? {}) as { readonly apiVersion?: unknown; readonly kind?: unknown }
  return (
    typeof apiVersion === 'string' && typeof kind === 'string' && kind !== KIND && !apiVersion.startsWith('m2m.io/')
  )
}

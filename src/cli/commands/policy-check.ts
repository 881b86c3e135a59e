/** `m2m policy check`. */

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { M2MError } from '../../core/errors.ts'
import {
  BUNDLE_INDEX,
  type Diagnostic,
  formatDiagnostic,
  heldFields,
  keysInPolicy,
  LITERAL_KEY,
  type ParsedPolicies,
  type PolicyDocument,
  parsePolicyDocuments,
} from '../../core/policy/documents.ts'
import { isPolicyFile } from '../../core/policy/index.ts'
import { defineCommand } from '../command.ts'
import { attempt, readText } from '../input.ts'
import { print, printJson, printMessage } from '../output.ts'
import { changeLines, type PolicyEdit, policyEdits } from '../print/policy-changes.ts'

export const policyCheck = defineCommand({
  operands: 'FILE...',
  about: [
    'Checks M2MPolicy files, or all of a folder (*.yaml, *.yml, *.json), as the sidecar does',
    'when it loads them, and prints every mistake with its file, line and path. Objects of other',
    'kinds are skipped.',
    'A text that looks like a key is one too, because the operator refuses it.',
    'Exit code 1 when there is one. A field that has no effect beside others is a note.',
    'With --against it prints what changes from the policy in force, and from when on.',
  ].join('\n'),
  options: {
    against: { type: 'string', value: 'FILE', about: 'the policy in force, to compare with' },
    json: { type: 'boolean', about: 'print policies, problems, notes and edits for a program to read' },
  },
  examples: [
    'm2m policy check m2mpolicy.yaml',
    'm2m policy check new.yaml --against m2mpolicy.yaml',
    'm2m policy check policies/ --json',
  ],
  async run({ values, operands }) {
    const result = checkAll(operands, values.against)
    if (values.json) printJson({ ...result, policies: result.policies.map(({ file, name }) => ({ file, name })) })
    else for (const line of lines(result)) print(line)
    const mistakes = result.problems.length
    if (mistakes > 0) printMessage(mistakes === 1 ? '1 mistake' : `${mistakes} mistakes`)
    return mistakes > 0 ? 1 : 0
  },
})

interface Result {
  readonly policies: readonly PolicyDocument[]
  readonly problems: readonly Diagnostic[]
  readonly notes: readonly Diagnostic[]
  /** Undefined where there is nothing to compare with. */
  readonly edits: readonly PolicyEdit[] | undefined
}

function checkAll(paths: readonly string[], against: string | undefined): Result {
  const checked = paths.flatMap(checkPath)
  const inForce = against === undefined ? [] : checkPath(against)
  const policies = policiesOf(checked)
  return {
    policies,
    problems: [...checked, ...inForce].flatMap(({ errors }) => errors),
    notes: [...checked.flatMap(({ notes }) => notes), ...(against === undefined ? policies.flatMap(heldNote) : [])],
    edits: against === undefined ? undefined : policyEdits(policiesOf(inForce), policies),
  }
}

function lines({ policies, problems, notes, edits = [] }: Result): readonly string[] {
  return [
    ...policies.map(({ file, name }) => `${file}: ${name}: ok`),
    ...notes.map((note) => `${formatDiagnostic(note)} (note)`),
    ...edits.flatMap(changeLines).map((change) => `${formatDiagnostic(change)} (change)`),
    ...problems.map(formatDiagnostic),
  ]
}

/** Of a folder's files some may hold other things, but not all of them. */
function checkPath(path: string): ParsedPolicies[] {
  if (!attempt('read', path, () => statSync(path)).isDirectory()) return [orNone(path, check(path))]
  const found = filesIn(path).map(check)
  return found.some(holdsSomething) ? found : [orNone(path, NOTHING)]
}

function filesIn(path: string): string[] {
  const names = attempt('read', path, () => readdirSync(path))
  const files = names.filter((name) => isPolicyFile(name) && name !== BUNDLE_INDEX)
  if (files.length === 0)
    throw new M2MError(`${path} holds no policy file (*.yaml, *.yml, *.json)`, { code: 'FILE_UNREADABLE' })
  return files.sort().map((name) => join(path, name))
}

function check(file: string): ParsedPolicies {
  return withoutKeys(parsePolicyDocuments(readText(file), file, true))
}

const NOTHING: ParsedPolicies = { policies: [], errors: [], notes: [] }

function orNone(file: string, parsed: ParsedPolicies): ParsedPolicies {
  return holdsSomething(parsed) ? parsed : { ...parsed, errors: [{ file, path: '', message: 'holds no M2MPolicy' }] }
}

function holdsSomething({ policies, errors }: ParsedPolicies): boolean {
  return policies.length + errors.length > 0
}

/** A sidecar would take such a policy. In a repository or a cluster a key is read by others. */
function withoutKeys(parsed: ParsedPolicies): ParsedPolicies {
  const found = parsed.policies.map((policy) => ({ policy, places: keysInPolicy(policy.name, policy.spec) }))
  return {
    ...parsed,
    policies: found.filter(({ places }) => places.length === 0).map(({ policy }) => policy),
    errors: [
      ...parsed.errors,
      ...found.flatMap(({ policy: { file }, places }) => places.map((path) => ({ file, path, message: LITERAL_KEY }))),
    ],
  }
}

function policiesOf(parsed: readonly ParsedPolicies[]): readonly PolicyDocument[] {
  return parsed.flatMap(({ policies }) => policies)
}

/** A file alone does not show what an edit of it changes. */
function heldNote({ file, spec }: PolicyDocument): Diagnostic[] {
  const held = heldFields(spec)
  if (held.length === 0) return []
  const message = `an edit of ${held.join(', ')} holds for new results only; --against FILE compares`
  return [{ file, path: 'spec', message }]
}

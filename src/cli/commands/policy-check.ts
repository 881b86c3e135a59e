/** `m2m policy check`. */

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  BUNDLE_INDEX,
  type Diagnostic,
  formatDiagnostic,
  isPolicyFile,
  type ParsedPolicies,
  parsePolicyDocuments,
} from '../../core/policy/index.ts'
import { defineCommand } from '../command.ts'
import { attempt, readText } from '../input.ts'
import { print, printJson, printMessage } from '../output.ts'

export const policyCheck = defineCommand({
  operands: 'FILE...',
  about: [
    'Checks M2MPolicy files, or all of a folder (*.yaml, *.yml, *.json), as the sidecar does',
    'when it loads them, and prints every mistake with its file, line and path.',
    'Exit code 1 when there is one. A field that has no effect beside others is a note.',
  ].join('\n'),
  options: { json: { type: 'boolean', about: 'print policies, problems and notes for a program to read' } },
  examples: ['m2m policy check m2mpolicy.yaml', 'm2m policy check policies/ --json'],
  async run({ values, operands }) {
    const checked = operands.flatMap(filesOf).map(check)
    const policies = checked.flatMap(({ policies: found }) => found)
    const problems = checked.flatMap(({ errors }) => errors)
    const notes = checked.flatMap(({ notes: found }) => found)
    if (values.json) printJson({ policies: policies.map(({ file, name }) => ({ file, name })), problems, notes })
    else {
      for (const { file, name } of policies) print(`${file}: ${name}: ok`)
      for (const note of notes) print(`${formatDiagnostic(note)} (note)`)
      for (const problem of problems) print(formatDiagnostic(problem))
    }
    if (problems.length > 0) printMessage(problems.length === 1 ? '1 mistake' : `${problems.length} mistakes`)
    return problems.length > 0 ? 1 : 0
  },
})

function filesOf(path: string): string[] {
  if (!attempt('read', path, () => statSync(path)).isDirectory()) return [path]
  const names = attempt('read', path, () => readdirSync(path))
  return names
    .filter((name) => isPolicyFile(name) && name !== BUNDLE_INDEX)
    .sort()
    .map((name) => join(path, name))
}

function check(file: string): ParsedPolicies {
  const parsed = parsePolicyDocuments(readText(file), file)
  const isEmpty = parsed.policies.length + parsed.errors.length === 0
  const nothing: Diagnostic = { file, path: '', message: 'holds no M2MPolicy' }
  return isEmpty ? { ...parsed, errors: [nothing] } : parsed
}

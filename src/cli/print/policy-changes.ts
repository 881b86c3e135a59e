/** What an edit of a policy does, as lines. */

import { type Diagnostic, type PolicyChange, type PolicyDocument, policyChanges } from '../../core/policy/documents.ts'

/** The changes of one policy, and where it stands. */
export interface PolicyEdit {
  readonly file: string
  readonly name: string
  readonly changes: readonly PolicyChange[]
}

/** Policies are compared with those of the same name; where there is one on either side, with that one. */
export function policyEdits(inForce: readonly PolicyDocument[], policies: readonly PolicyDocument[]): PolicyEdit[] {
  const isOneToOne = inForce.length === 1 && policies.length === 1
  return policies.flatMap(({ file, name, spec }) => {
    const before = inForce.find((policy) => isOneToOne || policy.name === name)
    return before === undefined ? [] : [{ file, name, changes: policyChanges(before.spec, spec) }]
  })
}

export function changeLines({ file, name, changes }: PolicyEdit): readonly Diagnostic[] {
  if (changes.length === 0) return [{ file, path: name, message: 'nothing changes' }]
  return changes.map((change) => ({
    file,
    path: change.path,
    message: `${valuesOf(change)}; ${effectOf(change)}`,
  }))
}

const EFFECTS: Readonly<Record<PolicyChange['effect'], string>> = {
  'next call': 'holds from the next call on',
  'new results': 'holds for new results only: those that the model has answered keep their form',
  once: 'counts once, when it is switched on: each live conversation that was rewritten breaks then',
  start: 'holds when the sidecar starts',
  'next pod': 'holds for pods that are made after it',
}

/** A switch that counts once does nothing when it is switched off. */
function effectOf({ effect, after }: PolicyChange): string {
  return effect === 'once' && after === false ? 'changes no call: it can be switched on again' : EFFECTS[effect]
}

/** Lists are too long for a line. */
function valuesOf({ before, after }: PolicyChange): string {
  if (typeof before === 'object' || typeof after === 'object') return 'another list'
  return `${before ?? 'nothing'} -> ${after ?? 'nothing'}`
}

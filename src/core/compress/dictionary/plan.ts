/** Chooses the entries of a text, and the places that use them. */

import { type Atoms, atomsOf, WALL } from './atoms.ts'
import { gainOf } from './gain.ts'
import { Parser, type Use } from './parse.ts'
import { chooseRuns } from './search/choose.ts'
import { sequenceOf } from './search/sequence.ts'
import { tokenEstimates } from './token-estimate.ts'

/** When an entry is dropped, the use of others changes: they are checked again so many times. */
const PASSES = 3

export interface Plan {
  readonly atoms: Atoms
  /** The places of the text that use entries. */
  readonly uses: readonly Use[]
  /** The atoms of the used entries, by their number in `uses`. */
  readonly values: ReadonlyMap<number, readonly number[]>
}

/** @returns undefined when no entry saves enough */
export function planOf(text: string, mostEntries: number): Plan | undefined {
  const atoms = atomsOf(text)
  const estimates = tokenEstimates(atoms)
  let values = valuesOf(atoms, estimates, mostEntries)
  for (let pass = 1; values.size > 0; pass++) {
    const { uses } = new Parser(estimates, values).parse(atoms.ids)
    const counts = countUses(uses)
    const kept = new Map(
      [...values].filter(([entry, value]) => gainOf(costOf(value, estimates), counts.get(entry) ?? 0) > 0),
    )
    if (pass === PASSES || kept.size === values.size) return { atoms, uses, values }
    values = kept
  }
  return undefined
}

/** The best entries by their atoms, numbered from 0. */
function valuesOf(atoms: Atoms, estimates: Int32Array, most: number): ReadonlyMap<number, readonly number[]> {
  const sequence = sequenceOf(atoms, estimates)
  const kindOf = (id: number): number => (id < atoms.count ? (atoms.kinds[id] as number) : WALL)
  const chosen = chooseRuns(sequence, most, kindOf)
  return new Map(chosen.map(({ start, length }, entry) => [entry, [...sequence.ids.subarray(start, start + length)]]))
}

function countUses(uses: readonly Use[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const { entry } of uses) counts.set(entry, (counts.get(entry) ?? 0) + 1)
  return counts
}

function costOf(value: readonly number[], estimates: Int32Array): number {
  return value.reduce((sum, id) => sum + (estimates[id] as number), 0)
}

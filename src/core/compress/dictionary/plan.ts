/** Chooses the entries of a text, and the places that use them. */

import { type Atoms, atomsOf } from './atoms.ts'
import { gainOf } from './gain.ts'
import { Parser, type Use } from './parse.ts'
import { chooseEntries } from './search/entries.ts'
import { tokenEstimates } from './token-estimate.ts'

/** When an entry is dropped, the use of others changes: they are checked again so many times. */
const PASSES = 3

export interface Plan {
  readonly atoms: Atoms
  /** The places of the text that use entries. */
  readonly uses: readonly Use[]
  /** The used entries, by their number in `uses`. */
  readonly entries: ReadonlyMap<number, Entry>
}

export interface Entry {
  /** Atoms by number. */
  readonly value: readonly number[]
  /** The places of the value that use other entries. */
  readonly uses: readonly Use[]
}

/** @returns undefined when no entry saves enough */
export function planOf(text: string, mostEntries: number): Plan | undefined {
  const atoms = atomsOf(text)
  const estimates = tokenEstimates(atoms)
  const { firstRound, ...chosen } = chooseEntries(atoms, estimates, mostEntries)
  let values = withoutTwins(chosen.values)
  for (let pass = 1; values.size > 0; pass++) {
    const { uses } = new Parser(estimates, values).parse(atoms.ids)
    // A value may contain letters, but their values may not: a reader follows one step, not a chain.
    const plain = new Parser(estimates, new Map([...values].filter(([entry]) => entry < firstRound)))
    const nothing = new Parser(estimates, new Map())
    const parsed = new Map(
      Array.from(values, ([entry, value]) => {
        return [entry, { value, ...(entry < firstRound ? nothing : plain).parse(value) }]
      }),
    )
    const counts = countUses([uses, ...Array.from(parsed.values(), (entry) => entry.uses)])
    const kept = new Map(
      [...values].filter(([entry]) => {
        const { cost } = parsed.get(entry) as { cost: number }
        return gainOf(cost, counts.get(entry) ?? 0) > 0
      }),
    )
    if (pass === PASSES || kept.size === values.size) return { atoms, uses, entries: parsed }
    values = kept
  }
  return undefined
}

function countUses(uses: readonly (readonly Use[])[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const { entry } of uses.flat()) counts.set(entry, (counts.get(entry) ?? 0) + 1)
  return counts
}

/** A later round finds again the values of an earlier one. */
function withoutTwins(values: ReadonlyMap<number, readonly number[]>): ReadonlyMap<number, readonly number[]> {
  const byValue = new Map([...values].toReversed().map(([entry, value]) => [value.join(), entry]))
  return new Map([...values].filter(([entry, value]) => byValue.get(value.join()) === entry))
}

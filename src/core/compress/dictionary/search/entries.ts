/**
 * Finds the entries of a text's dictionary in rounds: an entry of a later round may contain marks of an earlier one, or
 * equal an earlier one.
 */

import { type Atoms, NAME } from '../atoms.ts'
import { chooseRuns } from './choose.ts'
import { sequenceOf, withMarks } from './sequence.ts'

const ROUNDS = 2

export interface ChosenEntries {
  /** Numbered from 0, each with the atoms of its value. */
  readonly values: ReadonlyMap<number, readonly number[]>
  /** Entries below this number were found in the first round. */
  readonly firstRound: number
}

/** At most `most` entries. */
export function chooseEntries(atoms: Atoms, estimates: Int32Array, most: number): ChosenEntries {
  const entries = new Map<number, number[]>()
  let firstRound = 0
  let sequence = sequenceOf(atoms, estimates, most)
  const kindOf = (id: number) => (id < atoms.count ? (atoms.kinds[id] as number) : NAME)
  for (let round = 0; round < ROUNDS && entries.size < most; round++) {
    const { ids } = sequence
    const { chosen, cover } = chooseRuns(sequence, most - entries.size, kindOf)
    if (chosen.length === 0) break
    const firstMark = atoms.count + entries.size
    for (const { start, length } of chosen) {
      const value = Array.from(ids.subarray(start, start + length))
      const expanded = value.flatMap((id) => (id < atoms.count ? id : (entries.get(id - atoms.count) as number[])))
      entries.set(entries.size, expanded)
    }
    if (round === 0) firstRound = entries.size
    sequence = withMarks(sequence, chosen, cover, firstMark)
  }
  return { values: entries, firstRound }
}

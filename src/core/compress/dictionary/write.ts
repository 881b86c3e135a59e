/** A plan as a form: which entry gets which mark, and the text and the values with the marks in them. */

import type { Atoms } from './atoms.ts'
import type { DictionaryForm } from './form.ts'
import type { Use } from './parse.ts'
import type { Plan } from './plan.ts'

/** @param marks that the text does not hold, at least as many as there are entries; given out by first use */
export function formOf({ atoms, uses, entries }: Plan, marks: readonly string[]): DictionaryForm {
  const markOf = new Map<number, string>()
  const nameAll = (named: readonly Use[]) => {
    for (const { entry } of named) if (!markOf.has(entry)) markOf.set(entry, marks[markOf.size] as string)
  }
  nameAll(uses)
  for (const entry of markOf.keys()) nameAll(entries.get(entry)?.uses ?? [])

  const say = (ids: ArrayLike<number>, replaced: readonly Use[]): string => {
    let said = ''
    let from = 0
    for (const { at, entry } of replaced) {
      said += textOf(atoms, ids, from, at) + markOf.get(entry)
      from = at + (entries.get(entry)?.value.length ?? 0)
    }
    return said + textOf(atoms, ids, from, ids.length)
  }
  const values = Array.from(markOf, ([entry, mark]): [string, string] => {
    const { value, uses: inner } = entries.get(entry) as { value: readonly number[]; uses: readonly Use[] }
    return [mark, say(value, inner)]
  })
  return { entries: new Map(values), body: say(atoms.ids, uses) }
}

function textOf({ text, starts }: Atoms, ids: ArrayLike<number>, from: number, to: number): string {
  let words = ''
  for (let at = from; at < to; at++) {
    const id = ids[at] as number
    words += text.slice(starts[id], starts[id + 1])
  }
  return words
}

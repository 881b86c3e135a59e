/** Writes a plan as a form: assigns the marks, and puts them into the text and the values. */

import type { Atoms } from './atoms.ts'
import type { DictionaryForm } from './form.ts'
import type { Use } from './parse.ts'
import type { Entry, Plan } from './plan.ts'

/** @param marks absent from the text, at least as many as there are entries; assigned by first use */
export function formOf({ atoms, uses, entries }: Plan, marks: readonly string[]): DictionaryForm {
  const markOf = new Map<number, string>()
  const nameAll = (named: readonly Use[]) => {
    for (const { entry } of named) if (!markOf.has(entry)) markOf.set(entry, marks[markOf.size] as string)
  }
  nameAll(uses)
  for (const entry of markOf.keys()) nameAll(entries.get(entry)?.uses ?? [])

  /** The text between two places, with marks in place of entries. */
  const write = (replaced: readonly Use[], length: number, textOf: (from: number, to: number) => string): string => {
    let written = ''
    let from = 0
    for (const { at, entry } of replaced) {
      written += textOf(from, at) + markOf.get(entry)
      from = at + (entries.get(entry)?.value.length ?? 0)
    }
    return written + textOf(from, length)
  }
  const values = Array.from(markOf, ([entry, mark]): [string, string] => {
    const { value, uses: inner } = entries.get(entry) as Entry
    return [mark, write(inner, value.length, (from, to) => wordsOf(atoms, value.slice(from, to)))]
  })
  const { text, starts, count } = atoms
  return { entries: new Map(values), body: write(uses, count, (from, to) => text.slice(starts[from], starts[to])) }
}

function wordsOf({ text, starts }: Atoms, ids: readonly number[]): string {
  return ids.map((id) => text.slice(starts[id], starts[id + 1])).join('')
}

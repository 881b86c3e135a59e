/** Writes a plan as a form: assigns the marks, and puts them into the text. */

import type { DictionaryForm } from './form.ts'
import type { Plan } from './plan.ts'

/** @param marks absent from the text, at least as many as there are entries; assigned by first use */
export function formOf({ atoms, uses, values }: Plan, marks: readonly string[]): DictionaryForm {
  const { text, starts, count } = atoms
  const markOf = new Map<number, string>()
  const entries = new Map<string, string>()
  let body = ''
  let from = 0
  for (const { at, entry } of uses) {
    const to = at + (values.get(entry)?.length ?? 0)
    const mark = markOf.get(entry) ?? (marks[markOf.size] as string)
    markOf.set(entry, mark)
    entries.set(mark, text.slice(starts[at], starts[to]))
    body += text.slice(starts[from], starts[at]) + mark
    from = to
  }
  return { entries, body: body + text.slice(starts[from], starts[count]) }
}

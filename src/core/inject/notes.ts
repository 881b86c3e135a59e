/** What people should know about a pod, in words of a bounded length: whatever a pod holds may be huge. */

import type { Note } from './injection.ts'

/** Text of a pod in a message, quoted. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')
  return JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN).toWellFormed()}...` : text)
}

const MAX_SHOWN = 63

/** `a, b and 3 more`. */
export function listed(names: readonly string[]): string {
  const first = names.slice(0, MAX_LISTED).map((name) => name.slice(0, MAX_SHOWN).toWellFormed())
  const more = names.length - first.length
  return more > 0 ? `${first.join(', ')} and ${more} more` : first.join(', ')
}

const MAX_LISTED = 4

/** A place to put notes. Each reason and message is kept once. */
export interface Notebook {
  readonly notes: readonly Note[]
  note(reason: string, message: string): void
}

/** More are not read: a warning of the API server is one line of a terminal. */
const MAX_NOTES = 32

export function createNotebook(): Notebook {
  const notes: Note[] = []
  return {
    notes,
    note(reason, message) {
      const isKnown = notes.some((each) => each.reason === reason && each.message === message)
      if (!isKnown && notes.length < MAX_NOTES) notes.push({ reason, message })
    },
  }
}

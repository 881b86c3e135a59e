/**
 * How a dictionary looks: a letter, `=` and what it stands for, an entry a line; an empty line; the text with letters
 * in it. A value may hold letters of other entries, and line ends.
 *
 *   α=payments-worker-6c8868cb6d
 *   β=connection refused
 *
 *   α-qcv2t β
 */

import { MAX_BLOCK_BYTES } from '../limits.ts'

/**
 * Letters that are one token each in the public vocabularies, with or without a blank before, and look like no Latin
 * letter.
 */
export const MARKS = 'αβγδεκλμνπστφбгджзилпфцчшэяБГДЖЗИПФЭθηχω'

/** 1 for the UTF-16 units that are marks. */
const MARK_UNITS = new Uint8Array(2 ** 16)
for (const mark of MARKS) MARK_UNITS[mark.charCodeAt(0)] = 1

const HEAD = new RegExp(`^[${MARKS}]=`)
const ENTRY_START = new RegExp(`(?:^|\\n)([${MARKS}])=`, 'g')

/** No encoder writes an entry that is used once. */
const MIN_USES = 2

const END = '\n\n'

export interface DictionaryForm {
  /** Values by mark, in the order of MARKS. */
  readonly entries: ReadonlyMap<string, string>
  readonly body: string
}

/** @returns undefined when a line of a value would be read as an entry */
export function writeForm({ entries, body }: DictionaryForm): string | undefined {
  const head = Array.from(entries, ([mark, value]) => `${mark}=${value}`).join('\n')
  return head.match(ENTRY_START)?.length === entries.size ? head + END + body : undefined
}

/** @returns undefined for a text that no encoder writes: marks out of order, used less than twice, or circular values */
export function readForm(text: string): DictionaryForm | undefined {
  if (!HEAD.test(text)) return undefined
  const end = text.indexOf(END)
  if (end < 0) return undefined
  const entries = readEntries(text.slice(0, end))
  const body = text.slice(end + END.length)
  return entries !== undefined && areUsed(entries, body) ? { entries, body } : undefined
}

/**
 * The text with values in place of marks.
 * @returns undefined when values are circular, or the text would be larger than a block may be
 */
export function expandForm({ entries, body }: DictionaryForm): string | undefined {
  const values = new Map<string, string | undefined>()
  const expanded = (mark: string): string | undefined => {
    const value = entries.get(mark)
    if (value === undefined) return mark
    if (!values.has(mark)) {
      // A value under construction is known and undefined: it may not contain itself.
      values.set(mark, undefined)
      values.set(mark, withValues(value, expanded))
    }
    return values.get(mark)
  }
  return withValues(body, expanded)
}

function withValues(text: string, expanded: (mark: string) => string | undefined): string | undefined {
  let result = ''
  let from = 0
  for (let at = nextMark(text, 0); at >= 0; at = nextMark(text, from)) {
    const value = expanded(text.charAt(at))
    if (value === undefined || result.length + value.length > MAX_BLOCK_BYTES) return undefined
    result += text.slice(from, at) + value
    from = at + 1
  }
  return result + text.slice(from)
}

/** A regular expression would take most of the decoding time. */
function nextMark(text: string, from: number): number {
  for (let at = from; at < text.length; at++) if (MARK_UNITS[text.charCodeAt(at)] === 1) return at
  return -1
}

function readEntries(head: string): Map<string, string> | undefined {
  const entries = new Map<string, string>()
  let last = -1
  let mark = ''
  let valueStart = 0
  for (const start of head.matchAll(ENTRY_START)) {
    if (mark !== '') entries.set(mark, head.slice(valueStart, start.index))
    mark = start[1] as string
    const place = MARKS.indexOf(mark)
    if (place <= last) return undefined
    last = place
    valueStart = start.index + start[0].length
  }
  entries.set(mark, head.slice(valueStart))
  return entries
}

function areUsed(entries: ReadonlyMap<string, string>, body: string): boolean {
  const uses = new Map<string, number>()
  for (const text of [body, ...entries.values()]) {
    for (let at = nextMark(text, 0); at >= 0; at = nextMark(text, at + 1)) {
      const mark = text.charAt(at)
      uses.set(mark, (uses.get(mark) ?? 0) + 1)
    }
  }
  return Array.from(entries.keys()).every((mark) => (uses.get(mark) ?? 0) >= MIN_USES)
}

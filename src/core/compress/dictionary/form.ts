/**
 * How a dictionary looks: a letter, `=` and what it stands for, an entry a line; an empty line; the text with letters
 * in it. A value holds no letters.
 *
 *   α=payments-worker-6c8868cb6d
 *   β=connection refused
 *
 *   α-qcv2t β
 */

import { MAX_BLOCK_BYTES } from '../limits.ts'

/**
 * Letters that look like no Latin letter and are one token each in the public vocabularies. More of them than a reader
 * remembers help nobody.
 */
export const MARKS = 'αβπбзилпцэяИЗПηγ'

/** 1 for the UTF-16 units that are marks. */
const MARK_UNITS = new Uint8Array(2 ** 16)
for (const mark of MARKS) MARK_UNITS[mark.charCodeAt(0)] = 1

const HEAD = new RegExp(`^[${MARKS}]=`)
/** A line of the legend. */
const ENTRY = new RegExp(`^([${MARKS}])=(.+)$`, 's')

/** No encoder writes an entry that is used once. */
const MIN_USES = 2

const END = '\n\n'

export interface DictionaryForm {
  /** Values by mark, in the order of MARKS. */
  readonly entries: ReadonlyMap<string, string>
  readonly body: string
}

export function writeForm({ entries, body }: DictionaryForm): string {
  return Array.from(entries, ([mark, value]) => `${mark}=${value}`).join('\n') + END + body
}

/** @returns undefined for a text that no encoder writes: marks out of order or used less than twice, or in values */
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
 * @returns undefined when the text would be larger than a block may be
 */
export function expandForm({ entries, body }: DictionaryForm): string | undefined {
  let text = ''
  let from = 0
  for (let at = nextMark(body, 0); at >= 0; at = nextMark(body, from)) {
    const value = entries.get(body.charAt(at)) ?? body.charAt(at)
    if (text.length + value.length > MAX_BLOCK_BYTES) return undefined
    text += body.slice(from, at) + value
    from = at + 1
  }
  return text + body.slice(from)
}

/** A regular expression would take most of the decoding time. */
function nextMark(text: string, from: number): number {
  for (let at = from; at < text.length; at++) if (MARK_UNITS[text.charCodeAt(at)] === 1) return at
  return -1
}

function readEntries(head: string): Map<string, string> | undefined {
  const entries = new Map<string, string>()
  let last = -1
  for (const line of head.split('\n')) {
    const [, mark = '', value = ''] = ENTRY.exec(line) ?? []
    const place = mark === '' ? -1 : MARKS.indexOf(mark)
    if (place <= last) return undefined
    last = place
    entries.set(mark, value)
  }
  const isPlain = Array.from(entries.values()).every((value) => !Array.from(value).some((unit) => entries.has(unit)))
  return isPlain ? entries : undefined
}

function areUsed(entries: ReadonlyMap<string, string>, body: string): boolean {
  const uses = new Map<string, number>()
  for (let at = nextMark(body, 0); at >= 0; at = nextMark(body, at + 1)) {
    const mark = body.charAt(at)
    uses.set(mark, (uses.get(mark) ?? 0) + 1)
  }
  return Array.from(entries.keys()).every((mark) => (uses.get(mark) ?? 0) >= MIN_USES)
}

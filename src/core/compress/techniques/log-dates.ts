/**
 * Logs whose lines begin with a date and a time: the date once, above the lines of that day. Times stay whole, and so
 * does a stamp that is one word with its date (`2031-04-05T06:07:08Z`).
 */

import { MAX_BLOCK_BYTES } from '../limits.ts'
import { guessTokens } from '../lines/cost.ts'
import { bareLinesOf, linesOf } from '../lines/lines.ts'
import { isDate, leadOfTime, type Stamp, stampOf } from '../log/stamp.ts'
import type { Technique } from '../technique.ts'

/** Tokens of a head line without its date. */
const HEAD_TOKENS = 10

/** Estimate of the tokens that are worth a head. */
const MIN_SAVED = 4

const HEADS = /^\[next \d+ log lines (?:start with|have) "/m
const HEAD = /^\[next ([1-9]\d{0,8}) log lines (?:start with "([^"]{1,40}) "|have "([^"]{1,40}) " before the time)\]$/

export const logDates: Technique = {
  name: 'log-dates',
  equivalence: 'string',

  encode(text) {
    if (HEADS.test(text)) return undefined
    const lines = linesOf(text)
    const stamps = bareLinesOf(text).map(stampOf)
    let written = ''
    let hasDay = false
    for (let at = 0; at < lines.length; ) {
      const end = dayEnd(lines, stamps, at)
      const day = writeDay(lines.slice(at, end), stamps.slice(at, end))
      hasDay ||= day !== undefined
      written += day ?? lines.slice(at, end).join('')
      at = end
    }
    return hasDay ? written : undefined
  },

  decode(text) {
    if (!HEADS.test(text)) return undefined
    const lines = linesOf(text)
    let whole = ''
    for (let at = 0; at < lines.length; ) {
      const head = readHead(lines[at] as string)
      const day = head === undefined ? { text: lines[at] as string, end: at + 1 } : readDay(lines, at + 1, head)
      if (day === undefined || whole.length + day.text.length > MAX_BLOCK_BYTES) return undefined
      whole += day.text
      at = day.end
    }
    return whole
  },

  recognises: (text) => HEADS.test(text),
}

interface Head {
  readonly lines: number
  readonly date: string
}

function readHead(line: string): Head | undefined {
  if (!line.startsWith('[') || !line.endsWith('\n')) return undefined
  const [, lines, start, inside] = HEAD.exec(line.slice(0, -1)) ?? []
  const date = start ?? inside ?? ''
  return isDate(date) ? { lines: Number(lines), date } : undefined
}

/** Reads as many lines with a time as the head counts; undefined when they are not there. */
function readDay(
  lines: readonly string[],
  from: number,
  { lines: count, date }: Head,
): { readonly text: string; readonly end: number } | undefined {
  let text = ''
  let left = count
  let at = from
  for (; left > 0 && at < lines.length; at++) {
    const line = lines[at] as string
    const lead = leadOfTime(line)
    text += lead === undefined ? line : `${lead}${date} ${line.slice(lead.length)}`
    if (lead !== undefined) left--
  }
  return left === 0 ? { text, end: at } : undefined
}

/**
 * The end of the lines of one day from a line on: up to its last line with a date. Lines without a date belong to the
 * line above them, unless they begin with a time.
 */
function dayEnd(lines: readonly string[], stamps: readonly (Stamp | undefined)[], from: number): number {
  const date = stamps[from]?.date
  let end = from + 1
  if (date === undefined) return end
  for (let at = end; at < lines.length; at++) {
    const stamp = stamps[at]
    if (stamp?.date === date) end = at + 1
    else if (stamp !== undefined || leadOfTime(lines[at] as string) !== undefined) break
  }
  return end
}

/** The lines of a day below its head; undefined where that saves too little. */
function writeDay(lines: readonly string[], stamps: readonly (Stamp | undefined)[]): string | undefined {
  const date = stamps[0]?.date
  const count = stamps.filter((stamp) => stamp !== undefined).length
  if (date === undefined || (count - 1) * guessTokens(date) + count - HEAD_TOKENS < MIN_SAVED) return undefined
  const written = lines.map((line, at) => {
    const lead = stamps[at]?.lead
    return lead === undefined ? line : lead + line.slice(lead.length + date.length + 1)
  })
  const isAtStart = stamps.every((stamp) => stamp === undefined || stamp.lead === '')
  const where = isAtStart ? `start with "${date} "` : `have "${date} " before the time`
  return `[next ${count} log lines ${where}]\n${written.join('')}`
}

/**
 * Lines that stand in the same block already, such as the stack trace of an error that comes again: one line says how
 * many they are and quotes the first and the last of them. What it leads to stands above, letter by letter.
 */

import { HAS_ABOVE, parseAbove, quoteOf, writeAbove } from '../above/reference.ts'
import { WrittenLines } from '../above/written-lines.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import { guessTokens } from '../lines/cost.ts'
import { linesOf } from '../lines/lines.ts'
import type { Technique } from '../technique.ts'

/** A shorter saving is not worth the look-up for the reader. */
const MIN_SAVED = 16

/** A shorter run that was not worth a reference is tried again from its second line on; a longer one is written. */
const MAX_RETRIED = 8

export const linesAbove: Technique = {
  name: 'lines-above',
  equivalence: 'string',

  encode(text) {
    if (HAS_ABOVE.test(text)) return undefined
    const lines = linesOf(text)
    const written = new WrittenLines()
    let encoded = ''
    let hasReference = false
    for (let at = 0; at < lines.length; ) {
      const found = referenceAt(lines, at, written)
      if (found.reference !== undefined) {
        encoded += `${found.reference}\n`
        hasReference = true
        written.addReference()
      } else {
        for (const line of lines.slice(at, found.end)) {
          encoded += line
          written.add(line)
        }
      }
      at = found.end
    }
    return hasReference ? encoded : undefined
  },

  decode(text) {
    if (!HAS_ABOVE.test(text)) return undefined
    const written = new WrittenLines()
    let decoded = ''
    for (const line of linesOf(text)) {
      const above = line.endsWith('\n') ? parseAbove(line.slice(0, -1)) : undefined
      if (above === undefined) {
        decoded += line
        written.add(line)
        continue
      }
      const run = written.find(above)?.join('')
      if (run === undefined || decoded.length + run.length * above.times > MAX_BLOCK_BYTES) return undefined
      decoded += run.repeat(above.times)
      written.addReference()
    }
    return decoded
  },

  recognises: (text) => HAS_ABOVE.test(text),
}

/** A reference for the lines from `at` up to `end`; without one, those lines are written. */
function referenceAt(
  lines: readonly string[],
  at: number,
  written: WrittenLines,
): { readonly reference?: string; readonly end: number } {
  const run = written.runOf(lines, at)
  if (run.length === 0) return { end: at + 1 }
  const once = { lines: run.length, times: 1, first: quoteOf(run[0] as string), last: quoteOf(run.at(-1) as string) }
  const next = at + (run.length > MAX_RETRIED ? run.length : 1)
  const isClear = parseAbove(writeAbove(once)) !== undefined && written.find(once)?.join('') === run.join('')
  if (!isClear) return { end: next }
  const times = timesOf(run, lines, at)
  const reference = writeAbove({ ...once, times })
  const isWorth = times * guessTokens(run.join('')) - guessTokens(reference) >= MIN_SAVED
  return isWorth ? { reference, end: at + run.length * times } : { end: next }
}

/** How many times the lines from `at` on are the run, one after the other. */
function timesOf(run: readonly string[], lines: readonly string[], at: number): number {
  let times = 1
  while (run.every((line, nth) => lines[at + times * run.length + nth] === line)) times++
  return times
}

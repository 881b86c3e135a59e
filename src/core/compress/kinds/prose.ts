/** Text for people: sentences, and Markdown with its headings and lists. */

import type { Kind } from './kind.ts'
import { distinctStarts } from './sample.ts'

/** Four words of letters in a row, in any script that puts blanks between words. */
const LETTER = String.raw`[A-Za-z\u00c0-\u024f\u0370-\u1fff]`
const WORD = String.raw`[\x60*_("']?${LETTER}(?:${LETTER}|['’\x60*_)-]){0,40}`
const SENTENCE = new RegExp(String.raw`(?:^|[\s("'\x60*])${WORD}(?:[,;:]? ${WORD}){3}`)
const CJK = /[\u3040-\u30ff\u4e00-\u9fff]{8}/
const MARKDOWN = /^(?:#{1,6} \S|\s*[-*+] \S|\s*\d{1,3}[.)] \S|>|```|\||===+$|---+$|\[[^\]]+\]: |!?\[)/
/** People seldom begin lines alike; programs do. */
const MIN_DISTINCT = 0.6

const HEAD = /^(?:#{1,6} \S|```)/

const FENCE = /^```/

/** Of all units: text that is mostly sentences, a document with headings, and one with headings and samples of code. */
const MIN_SENTENCES = 0.5
const MIN_MARKED = 0.3
const MIN_AROUND_CODE = 0.1

export const prose: Kind = {
  name: 'prose',
  isLike: (sample) => sample.lines.length > 0 && distinctStarts(sample) >= MIN_DISTINCT && isWritten(sample.lines),
}

function isWritten(lines: readonly string[]): boolean {
  const said = lines.filter((line) => SENTENCE.test(line) || CJK.test(line))
  const units = unitsOf(lines)
  const sentences = unitsOf(said) / units
  if (sentences >= MIN_SENTENCES) return true
  const heads = lines.filter((line) => HEAD.test(line)).length
  if (heads < 2 || sentences === 0) return false
  if (sentences >= MIN_AROUND_CODE && lines.some((line) => FENCE.test(line))) return true
  return unitsOf(lines.filter((line) => said.includes(line) || MARKDOWN.test(line))) / units >= MIN_MARKED
}

function unitsOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length, 0)
}

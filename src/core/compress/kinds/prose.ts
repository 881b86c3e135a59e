/** Text for people: sentences, and Markdown with its headings and lists. */

import type { Kind } from './kind.ts'
import { distinctStarts, type Sample } from './sample.ts'

/** Four words of letters in a row, in any script that puts blanks between words. */
const SENTENCE = /(?:^|[\s("'`*])\p{L}[\p{L}'’-]*(?:[,;:]? (?:[\p{L}`*_("'][\p{L}'’`*_)-]*)){3}/u
const CJK = /[\u3040-\u30ff\u4e00-\u9fff]{8}/
const MARKDOWN = /^(?:#{1,6} \S|\s*[-*+] \S|\s*\d{1,3}[.)] \S|>|```|\||===+$|---+$|\[[^\]]+\]: |!?\[)/
/** People seldom begin lines alike; programs do. */
const MIN_DISTINCT = 0.6

const HEAD = /^(?:#{1,6} \S|```)/

export const prose: Kind = { name: 'prose', isLike }

function isLike(sample: Sample): boolean {
  if (distinctStarts(sample) < MIN_DISTINCT) return false
  const { lines } = sample
  let units = 0
  let sentences = 0
  let marked = 0
  let heads = 0
  for (const line of lines) {
    units += line.length
    if (SENTENCE.test(line) || CJK.test(line)) sentences += line.length
    else if (MARKDOWN.test(line)) marked += line.length
    if (HEAD.test(line)) heads++
  }
  return (units > 0 && sentences >= 0.5 * units) || (heads > 1 && sentences + marked >= 0.3 * units)
}

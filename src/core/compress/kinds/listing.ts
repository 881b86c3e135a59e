/** Names of files, one a line: `find`, `ls`, `tree`, `du`, `git status`, sums. */

import type { Kind } from './kind.ts'
import { type Sample, shareOf } from './sample.ts'

/** A path with a folder; it may hold single blanks when it starts with a slash: with two, it is a row of a table. */
const PATH = String.raw`(?:\.{0,2}\/(?:[^\s:*?"<>|{}()=;,]| (?! ))*|[\w.@+~#-]+(?:\/[\w.@+~#%&,=()[\]-]+)*\/?)`
const ENTRY = new RegExp(
  String.raw`^(?:${PATH}:?|[ MADRCTU?!]{1,2}[ \t]+${PATH}|[\d.]+[KMGTB]*\s+${PATH}|[0-9a-f]{32,128}\s[ *]?${PATH}|\d{6} (?:blob|tree|commit) [0-9a-f]{7,64}\t.+)$`,
)
const BRANCH = /^(?:[\s│|]{0,80}[├└|+`][─-]{1,3} |[│\s]+$)/
const FOLDER = /\/|\.[a-z]\w{0,5}\b|[a-z]-[a-z]/i

export const listing: Kind = {
  name: 'listing',
  isLike: (sample) => sample.lines.length > 2 && (shareOf(sample, BRANCH) >= 0.5 || isOfEntries(sample)),
}

/** Names alone may be any list of words, so nearly all lines must be names. */
function isOfEntries(sample: Sample): boolean {
  const entries = shareOf(sample, ENTRY)
  return entries >= 0.95 || (entries >= 0.8 && shareOf(sample, FOLDER) >= 0.3)
}

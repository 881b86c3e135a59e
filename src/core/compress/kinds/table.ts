/** Tables: drawn with bars, boxes or Markdown, delimited, or aligned by blanks. */

import { isAligned } from './aligned-rows.ts'
import { isDelimited } from './delimited-rows.ts'
import type { Kind } from './kind.ts'
import { type Sample, shareOf } from './sample.ts'

const MIN_ROWS = 3

export const table: Kind = {
  name: 'table',
  isLike: (sample) => sample.lines.length >= MIN_ROWS && (isDrawn(sample) || isDelimited(sample) || isAligned(sample)),
}

/** A rule in a box, below names of columns, or of one dash or more for each column. */
const RULE = /^\s*(?:[+|├┣╠╟┡┌┏╔╭]?[-=─━═:]{2,}[-=─━═+|┼╪┿╋┬╇╦:\s]*[+|┤┫╣╢┩┐┓╗╮┼]?|(?:[-=]{2,}\s+)+[-=]{2,})$/
const BARRED = /^\s*[|│┃║+├┌└╭╰┏┗╔╚╠┡]| [|│] /
const MIN_BARRED = 0.6

/** A rule, and bars in most lines. */
function isDrawn(sample: Sample): boolean {
  return sample.lines.some((line) => RULE.test(line)) && shareOf(sample, BARRED) >= MIN_BARRED
}

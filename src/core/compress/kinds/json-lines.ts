/** One JSON object or list a line. */

import type { Kind } from './kind.ts'
import { shareOf } from './sample.ts'

const RECORD = /^\s*(?:\{\s*"[^"\n]{0,120}"\s*:|\[\s*(?:[{["]|-?\d[\d.]*\s*,))/

/** Records among all lines: a prompt or a line of a log may stand between them. */
const MIN_SHARE = 0.6

export const jsonLines: Kind = {
  name: 'json-lines',
  isLike: (sample) => sample.lines.length > 1 && isSeveral(sample.lines) && shareOf(sample, RECORD) >= MIN_SHARE,
}

/** Objects of one text stand at its margin, elements of a list do not end in a comma. */
function isSeveral(lines: readonly string[]): boolean {
  let records = 0
  for (const line of lines) if (RECORD.test(line) && !line.endsWith(',') && !/^\s/.test(line)) records++
  return records > 1
}

/** One JSON object or list a line, perhaps behind a time. */

import type { Kind } from './kind.ts'
import { shareOf } from './sample.ts'

/** As `kubectl logs --timestamps` and collectors of logs put it before a record. */
const TIME = String.raw`(?:\[?(?:\d{4}[-/]\d\d[-/]\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?\s{1,4})?`

const RECORD = new RegExp(String.raw`^\s*${TIME}(?:\{\s*"[^"\n]{0,120}"\s*:|\[\s*(?:[{["]|-?\d[\d.]*\s*,))`)

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

/**
 * Time series that share their times, as a range query answers them, become one table: each time is written once, with
 * the values of all series beside it. The result is JSON that can be read without a legend (series/write.ts).
 */

import { textFrom } from '../../json/index.ts'
import { sourceFrom, sourceOf } from '../columnar/source.ts'
import { isData, minified, rewriteJson } from '../json/spans.ts'
import { hasSeries, readSeries } from '../series/read.ts'
import { writeSeries } from '../series/write.ts'
import type { Technique } from '../technique.ts'

/** Two points of a series. */
const CANDIDATE = /"values"\s*:\s*\[\s*\[/

/** The head of a table. */
const HEAD = /"values"\s*:\s*\[\s*\[\s*"time"/

export const rangeMatrix: Technique = {
  name: 'range-matrix',
  equivalence: 'json',

  encode(text) {
    if (!CANDIDATE.test(text) || HEAD.test(text)) return undefined
    let hasTables = false
    const encoded = rewriteJson(text, {
      json(json) {
        const small = minified(json)
        const source = sourceFrom(small)
        const written = source && writeSeries(source)
        hasTables ||= written !== undefined
        return written ?? textFrom(small)
      },
      isWanted: isData,
    })
    return hasTables ? encoded : undefined
  },

  decode(text) {
    if (!HEAD.test(text)) return undefined
    let isOurs = true
    const decoded = rewriteJson(text, {
      json(json, span) {
        const source = isOurs ? sourceOf(span, json) : undefined
        if (source === undefined || !hasSeries(source)) return undefined
        const read = readSeries(source)
        isOurs = read !== undefined
        return read
      },
    })
    return isOurs ? decoded : undefined
  },

  recognises: (text) => rangeMatrix.decode(text) !== undefined,
}

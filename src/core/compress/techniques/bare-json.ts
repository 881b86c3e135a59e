/**
 * JSON without redundant quotes, with its lists of objects as tables, one row per line. It can be read without a
 * legend: quoted text is a string; an unquoted number, true, false or null is a literal; any other text is a string.
 */

import { textFrom } from '../../json/index.ts'
import { holdsMark } from '../bare/mark.ts'
import { readBare } from '../bare/read.ts'
import { writeBare, writeBareRun } from '../bare/write.ts'
import { sourceOf } from '../columnar/source.ts'
import { isData, minified, rewriteJson } from '../json/spans.ts'
import type { Technique } from '../technique.ts'

export const bareJson: Technique = {
  name: 'bare-json',
  equivalence: 'json',
  // Valid JSON stays JSON unless this is a quarter shorter (docs/decisions/0001-columnar-layout.md).
  advantage: 1 / 4,

  encode(text) {
    if (holdsMark(text)) return undefined
    let isBare = false
    const encoded = rewriteJson(text, {
      json(json, span) {
        const source = sourceOf(span, json)
        const bare = source && writeBare(source)
        isBare ||= bare !== undefined
        return bare ?? textFrom(minified(json))
      },
      run(whole, run) {
        const bare = writeBareRun(whole, run)
        isBare ||= bare !== undefined
        return bare
      },
      isWanted: isData,
    })
    return isBare ? encoded : undefined
  },

  decode: readBare,
  recognises: (text) => holdsMark(text) && readBare(text) !== undefined,
}

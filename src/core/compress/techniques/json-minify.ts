/** White space between the lexemes of JSON goes; the lexemes stay as they stand. */

import { textFrom } from '../../json/index.ts'
import { isData, minified, rewriteJson } from '../json/spans.ts'
import type { Technique } from '../technique.ts'

export const jsonMinify: Technique = {
  name: 'json-minify',
  equivalence: 'json',

  encode(text) {
    const encoded = rewriteJson(text, { json: (json) => textFrom(minified(json)), isWanted: isData })
    return encoded === text ? undefined : encoded
  },

  // Minified JSON is JSON of the same value: there is nothing to bring back.
  decode: (text) => text,
  recognises: () => false,
}

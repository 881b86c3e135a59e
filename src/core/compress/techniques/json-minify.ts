/** Removes white space between the lexemes of JSON; the lexemes stay unchanged. */

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

  // Minified JSON has the same value, so decoding returns it unchanged.
  decode: (text) => text,
  recognises: () => false,
}

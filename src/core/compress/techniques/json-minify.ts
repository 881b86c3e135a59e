/** White space between the lexemes of JSON goes; the lexemes stay as they stand. */

import { minifyJson, textFrom } from '../../json/index.ts'
import { isData, rewriteJson } from '../json-spans.ts'
import type { Technique } from '../technique.ts'

export const jsonMinify: Technique = {
  name: 'json-minify',
  equivalence: 'json',

  encode: (text) => rewriteJson(text, minified, isData),

  // Minified JSON is JSON of the same value: there is nothing to bring back.
  decode: (text) => text,
  recognises: () => false,
}

function minified(json: Uint16Array): string | undefined {
  const out = new Uint16Array(json.length)
  const length = minifyJson(json, out, 0)
  return length === json.length ? undefined : textFrom(out.subarray(0, length))
}

/** Drops the white space between lexemes; copies every lexeme unchanged. */

import { type JsonUnits, skipSpace } from './lexemes.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c

/**
 * Writes `json`, which must be valid, without insignificant white space to `out` from `to` on.
 * @param out at least `json.length` units longer than `to`
 * @returns the position in `out` after what was written
 */
export function minifyJson(json: JsonUnits, out: Uint16Array | Uint8Array, to: number): number {
  let from = skipSpace(json, 0)
  let end = to
  while (from < json.length) {
    const unit = json[from++] as number
    out[end++] = unit
    if (unit !== QUOTE) {
      from = skipSpace(json, from)
      continue
    }
    // A string: up to its closing quote, whatever is escaped in it.
    let last = 0
    do {
      last = json[from++] as number
      out[end++] = last
      if (last === BACKSLASH) out[end++] = json[from++] as number
    } while (last !== QUOTE)
    from = skipSpace(json, from)
  }
  return end
}

/** Text as units and back: UTF-16 code units of a block, or UTF-8 bytes of a body, so that one scanner reads both. */

import type { JsonUnits } from './lexemes.ts'

export function unitsOf(text: string): Uint16Array {
  const units = new Uint16Array(text.length)
  Buffer.from(units.buffer).write(text, 'utf16le')
  return units
}

export function textFrom(units: Uint16Array): string {
  return Buffer.from(units.buffer, units.byteOffset, units.byteLength).toString('utf16le')
}

/** The text of `units[start, end)` as it stands. */
export function sourceBetween(units: JsonUnits, start: number, end: number): string {
  if (Buffer.isBuffer(units)) return units.toString('utf8', start, end)
  const bytes = Buffer.from(
    units.buffer,
    units.byteOffset + start * units.BYTES_PER_ELEMENT,
    (end - start) * units.BYTES_PER_ELEMENT,
  )
  return bytes.toString(units.BYTES_PER_ELEMENT === 1 ? 'utf8' : 'utf16le')
}

/** The value of the string literal in `units[start, end)`, quotes included. May hold lone surrogates (from `\u` escapes). */
export function textBetween(units: JsonUnits, start: number, end: number): string {
  const literal = sourceBetween(units, start, end)
  return literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1)
}

/** Finds the end of one lexeme of JSON text (RFC 8259), and compares two texts lexeme by lexeme. */

/** UTF-8 bytes of a body, or the UTF-16 code units of a text. */
export type JsonUnits = Uint8Array | Uint16Array

const QUOTE = 0x22
const BACKSLASH = 0x5c
const MINUS = 0x2d
const DOT = 0x2e
/** By unit: may it follow a backslash on its own? This table halves the time for JSON escaped inside a string. */
const IS_SHORT_ESCAPE = new Uint8Array(128)
for (const unit of Buffer.from('"\\/bfnrt')) IS_SHORT_ESCAPE[unit] = 1

/** The first position at or after `position` that is not JSON white space. */
export function skipSpace(units: JsonUnits, position: number): number {
  let at = position
  for (;;) {
    const unit = units[at]
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return at
    at++
  }
}

/**
 * The end, exclusive, of the string, number or literal that starts at `position` with `unit`. When there is none,
 * returns `~failure`: a negative number with the position at which the text stopped being a lexeme. A search through
 * text that is partly JSON continues there, so it never reads a unit twice.
 */
export function scalarEnd(units: JsonUnits, position: number, unit: number): number {
  if (unit === QUOTE) return stringEnd(units, position + 1)
  if (unit === MINUS || isDigit(unit)) return numberEnd(units, position)
  if (unit === 0x74) return literalEnd(units, position, 'true')
  if (unit === 0x66) return literalEnd(units, position, 'false')
  if (unit === 0x6e) return literalEnd(units, position, 'null')
  return ~position
}

/** Do two valid JSON texts have the same lexemes in the same order? Only white space may differ. */
export function hasSameLexemes(a: JsonUnits, b: JsonUnits): boolean {
  let atA = 0
  let atB = 0
  for (;;) {
    atA = skipSpace(a, atA)
    atB = skipSpace(b, atB)
    if (atA >= a.length || atB >= b.length) return atA >= a.length && atB >= b.length
    const endA = lexemeEnd(a, atA)
    if (endA - atA !== lexemeEnd(b, atB) - atB) return false
    while (atA < endA) if (a[atA++] !== b[atB++]) return false
  }
}

/** A bracket, brace, colon or comma is a lexeme of one unit. */
function lexemeEnd(units: JsonUnits, position: number): number {
  return Math.max(scalarEnd(units, position, units[position] as number), position + 1)
}

/** @param from where to read on: in front of it every unit stands for itself */
export function stringEnd(units: JsonUnits, from: number): number {
  const end = units.length
  let at = from
  while (at < end) {
    const unit = units[at] as number
    if (unit === QUOTE) return at + 1
    if (unit < 0x20) return ~at
    if (unit === BACKSLASH) {
      at = escapeEnd(units, at)
      if (at < 0) return at
    } else {
      at++
    }
  }
  return ~at
}

function escapeEnd(units: JsonUnits, backslash: number): number {
  const unit = units[backslash + 1]
  if (unit === undefined) return ~(backslash + 1)
  if (unit !== 0x75) return IS_SHORT_ESCAPE[unit] === 1 ? backslash + 2 : ~(backslash + 1)
  for (let at = backslash + 2; at < backslash + 6; at++) {
    const digit = units[at]
    if (digit === undefined || !isHexDigit(digit)) return ~at
  }
  return backslash + 6
}

function numberEnd(units: JsonUnits, position: number): number {
  const integer = units[position] === MINUS ? position + 1 : position
  let at = units[integer] === 0x30 ? integer + 1 : digitsEnd(units, integer)
  if (at > 0 && units[at] === DOT) at = digitsEnd(units, at + 1)
  if (at > 0 && (units[at] === 0x65 || units[at] === 0x45)) {
    const sign = units[at + 1]
    at = digitsEnd(units, sign === 0x2b || sign === MINUS ? at + 2 : at + 1)
  }
  return at
}

/** At least one digit. */
function digitsEnd(units: JsonUnits, position: number): number {
  let at = position
  while (isDigit(units[at] ?? 0)) at++
  return at === position ? ~at : at
}

function literalEnd(units: JsonUnits, position: number, literal: string): number {
  for (let i = 0; i < literal.length; i++) if (units[position + i] !== literal.charCodeAt(i)) return ~(position + i)
  return position + literal.length
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39
}

function isHexDigit(unit: number): boolean {
  return isDigit(unit) || (unit >= 0x41 && unit <= 0x46) || (unit >= 0x61 && unit <= 0x66)
}

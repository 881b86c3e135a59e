/** How to read a tape (scan.ts): kinds, children, members and text of its nodes. */

import type { JsonTape } from './scan.ts'
import { sourceBetween, textBetween } from './units.ts'

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'true' | 'false' | 'null'

/** Means "no such node". */
export const NONE = -1

const QUOTE = 0x22
const BACKSLASH = 0x5c

export function kindOf(tape: JsonTape, node: number): JsonKind | undefined {
  return node === NONE ? undefined : kindByFirstUnit(tape.units[startOf(tape, node)] as number)
}

function kindByFirstUnit(unit: number): JsonKind {
  switch (unit) {
    case QUOTE:
      return 'string'
    case 0x7b:
      return 'object'
    case 0x5b:
      return 'array'
    case 0x74:
      return 'true'
    case 0x66:
      return 'false'
    case 0x6e:
      return 'null'
    default:
      return 'number'
  }
}

/** Offset of the value's first unit; for a string, its opening quote. */
export function startOf(tape: JsonTape, node: number): number {
  return tape.nodes[3 * node] as number
}

/** Offset after the value's last unit; for a string, after its closing quote. */
export function endOf(tape: JsonTape, node: number): number {
  return tape.nodes[3 * node + 1] as number
}

/** The node after this one and everything inside it. */
export function nextOf(tape: JsonTape, node: number): number {
  return tape.nodes[3 * node + 2] as number
}

/**
 * The elements of an array, or alternating keys and values of an object; none for a scalar, NONE, or beyond the tape's
 * depth.
 */
export function* childrenOf(tape: JsonTape, node: number): Generator<number, void> {
  if (node === NONE) return
  const end = nextOf(tape, node)
  for (let child = node + 1; child < end; child = nextOf(tape, child)) yield child
}

/**
 * The value of the member `name` of an object, or NONE when the node is not an object or has no such member. A
 * duplicate name counts as absent: providers differ in which one they read, so no decision depends on it.
 */
export function memberOf(tape: JsonTape, node: number, name: string): number {
  if (kindOf(tape, node) !== 'object') return NONE
  const end = nextOf(tape, node)
  let found = NONE
  for (let key = node + 1; key < end; ) {
    const value = nextOf(tape, key)
    if (isString(tape, key, name)) {
      if (found !== NONE) return NONE
      found = value
    }
    key = nextOf(tape, value)
  }
  return found
}

/** Is it an object with no members but some of `names` (ASCII)? The most frequent ones should come first. */
export function hasOnly(tape: JsonTape, node: number, names: readonly string[]): boolean {
  if (kindOf(tape, node) !== 'object') return false
  const end = nextOf(tape, node)
  for (let key = node + 1; key < end; key = nextOf(tape, nextOf(tape, key))) {
    if (!isOneOf(tape, key, names)) return false
  }
  return true
}

function isOneOf(tape: JsonTape, node: number, names: readonly string[]): boolean {
  for (const name of names) if (isString(tape, node, name)) return true
  return false
}

/** Is this string node's value exactly `text` (ASCII)? Escapes are decoded first. */
export function isString(tape: JsonTape, node: number, text: string): boolean {
  if (node === NONE) return false
  const start = startOf(tape, node) + 1
  const length = endOf(tape, node) - 1 - start
  // An escape has at most six units per unit of the value: a huge key is never decoded. The length is checked first:
  // most look-ups end there.
  if (length < text.length || length > 6 * text.length || tape.units[start - 1] !== QUOTE) return false
  if (length > text.length) {
    // Most other names differ here already, so they are not searched for escapes.
    const first = tape.units[start]
    if (first !== text.charCodeAt(0) && first !== BACKSLASH) return false
    return hasEscape(tape, node) && textOf(tape, node) === text
  }
  for (let i = 0; i < length; i++) if (tape.units[start + i] !== text.charCodeAt(i)) return false
  return true
}

/** The value of a string node, or undefined for any other node. May hold lone surrogates (from `\u` escapes). */
export function textOf(tape: JsonTape, node: number): string | undefined {
  if (kindOf(tape, node) !== 'string') return undefined
  return textBetween(tape.units, startOf(tape, node), endOf(tape, node))
}

/** The node's own source text, as it stands. */
export function sourceOf(tape: JsonTape, node: number): string {
  return sourceBetween(tape.units, startOf(tape, node), endOf(tape, node))
}

function hasEscape(tape: JsonTape, node: number): boolean {
  const end = endOf(tape, node)
  for (let i = startOf(tape, node); i < end; i++) if (tape.units[i] === BACKSLASH) return true
  return false
}

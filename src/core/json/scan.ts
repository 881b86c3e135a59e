/**
 * One pass over JSON text that finds where every value starts and ends, and changes nothing (RFC 8259).
 * It works on UTF-8 bytes and on UTF-16 code units alike: JSON's own grammar is ASCII, so offsets are
 * byte offsets in a body and string indexes in a block.
 *
 * The result is a flat tape, not a tree: three integers a node. Values nested deeper than `maxDepth` are checked
 * but not recorded. No recursion, so 100,000 levels cost what 100,000 brackets cost.
 */

export type JsonUnits = Uint8Array | Uint16Array

/** Node ids are indexes into the tape; the root is 0. An object's children are key, value, key, value, ... */
export interface JsonTape {
  readonly units: JsonUnits
  /** `[start, end, next]` per node: offsets in units, `end` exclusive; `next` is the node after this one's subtree. */
  readonly nodes: Int32Array
  readonly length: number
}

export interface ScanLimits {
  /** Nodes nested deeper are not recorded. */
  readonly maxDepth: number
  /** A text with more recorded values is not worth its memory (12 bytes each) and is refused. */
  readonly maxNodes: number
}

/** Deep enough for every dialect: body > messages > message > content > part > content > part > text. */
const DEFAULT_LIMITS: ScanLimits = { maxDepth: 8, maxNodes: 1 << 20 }

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const MINUS = 0x2d
const DOT = 0x2e
/** By unit: may it follow a backslash on its own? A look-up halves the time of escaped JSON inside a string. */
const IS_SHORT_ESCAPE = new Uint8Array(128)
for (const unit of Buffer.from('"\\/bfnrt')) IS_SHORT_ESCAPE[unit] = 1

/**
 * Scans `units` as one JSON text with optional white space around it.
 * @returns the tape, or undefined when the text is not valid JSON or has more than `maxNodes` values.
 */
export function scanJson(units: JsonUnits, limits: ScanLimits = DEFAULT_LIMITS): JsonTape | undefined {
  const end = units.length
  let nodes = new Int32Array(Math.min(1024, 3 * (end + 1)))
  let length = 0
  // Open containers: kind for all of them, tape index for the recorded ones (the outermost maxDepth).
  let kinds = new Uint8Array(64)
  const parents = new Int32Array(limits.maxDepth + 1)
  let depth = 0
  let position = skipSpace(units, 0)
  let isKey = false

  for (;;) {
    // A value or a key starts here.
    const unit = position < end ? (units[position] as number) : 0
    if (isKey && unit !== QUOTE) return undefined
    let node = -1
    if (depth <= limits.maxDepth) {
      if (length === limits.maxNodes) return undefined
      if (3 * length + 3 > nodes.length) nodes = grow(nodes)
      node = length++
      nodes[3 * node] = position
    }
    if (unit === OPEN_OBJECT || unit === OPEN_ARRAY) {
      const close = unit === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY
      const inside = skipSpace(units, position + 1)
      if (units[inside] !== close) {
        if (depth === kinds.length) kinds = growKinds(kinds)
        if (node >= 0) parents[depth] = node
        kinds[depth++] = close
        isKey = close === CLOSE_OBJECT
        position = inside
        continue
      }
      position = inside + 1
    } else {
      position = scalarEnd(units, position, unit)
      if (position < 0) return undefined
    }
    if (node >= 0) {
      nodes[3 * node + 1] = position
      nodes[3 * node + 2] = length
    }

    // A value or a key ended here: take what may follow it, closing as many containers as close.
    position = skipSpace(units, position)
    if (isKey) {
      if (units[position] !== COLON) return undefined
      position = skipSpace(units, position + 1)
      isKey = false
      continue
    }
    while (depth > 0 && units[position] === kinds[depth - 1]) {
      depth--
      position++
      if (depth <= limits.maxDepth) {
        const parent = parents[depth] as number
        nodes[3 * parent + 1] = position
        nodes[3 * parent + 2] = length
      }
      position = skipSpace(units, position)
    }
    if (depth === 0) return position === end ? { units, nodes, length } : undefined
    if (units[position] !== COMMA) return undefined
    position = skipSpace(units, position + 1)
    isKey = kinds[depth - 1] === CLOSE_OBJECT
  }
}

/** The first unit at or after `position` that is not JSON white space. */
function skipSpace(units: JsonUnits, position: number): number {
  let at = position
  for (;;) {
    const unit = units[at]
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return at
    at++
  }
}

/** Where the string, number or literal that starts at `position` ends, or -1 when it is not one. */
function scalarEnd(units: JsonUnits, position: number, unit: number): number {
  if (unit === QUOTE) return stringEnd(units, position)
  if (unit === MINUS || isDigit(unit)) return numberEnd(units, position)
  if (unit === 0x74) return literalEnd(units, position, 'true')
  if (unit === 0x66) return literalEnd(units, position, 'false')
  if (unit === 0x6e) return literalEnd(units, position, 'null')
  return -1
}

function stringEnd(units: JsonUnits, position: number): number {
  const end = units.length
  let at = position + 1
  while (at < end) {
    const unit = units[at] as number
    if (unit === QUOTE) return at + 1
    if (unit < 0x20) return -1
    if (unit === BACKSLASH) {
      at = escapeEnd(units, at)
      if (at < 0) return -1
    } else {
      at++
    }
  }
  return -1
}

function escapeEnd(units: JsonUnits, backslash: number): number {
  const unit = units[backslash + 1]
  if (unit === undefined) return -1
  if (unit !== 0x75) return IS_SHORT_ESCAPE[unit] === 1 ? backslash + 2 : -1
  for (let at = backslash + 2; at < backslash + 6; at++) {
    const digit = units[at]
    if (digit === undefined || !isHexDigit(digit)) return -1
  }
  return backslash + 6
}

function numberEnd(units: JsonUnits, position: number): number {
  let at = units[position] === MINUS ? position + 1 : position
  if (units[at] === 0x30) at++
  else {
    const integer = at
    at = digitsEnd(units, at)
    if (at === integer) return -1
  }
  if (units[at] === DOT) {
    const fraction = at + 1
    at = digitsEnd(units, fraction)
    if (at === fraction) return -1
  }
  if (units[at] === 0x65 || units[at] === 0x45) {
    const sign = units[at + 1]
    const exponent = sign === 0x2b || sign === MINUS ? at + 2 : at + 1
    at = digitsEnd(units, exponent)
    if (at === exponent) return -1
  }
  return at
}

function digitsEnd(units: JsonUnits, position: number): number {
  let at = position
  while (isDigit(units[at] ?? 0)) at++
  return at
}

function literalEnd(units: JsonUnits, position: number, literal: string): number {
  for (let i = 0; i < literal.length; i++) if (units[position + i] !== literal.charCodeAt(i)) return -1
  return position + literal.length
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39
}

function isHexDigit(unit: number): boolean {
  return isDigit(unit) || (unit >= 0x41 && unit <= 0x46) || (unit >= 0x61 && unit <= 0x66)
}

function grow(nodes: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * nodes.length + 3)
  larger.set(nodes)
  return larger
}

function growKinds(kinds: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(2 * kinds.length)
  larger.set(kinds)
  return larger
}

/**
 * One pass over JSON text that finds where every value starts and ends, and changes nothing (RFC 8259).
 * It works on UTF-8 bytes and on UTF-16 code units alike: JSON's own grammar is ASCII, so offsets are
 * byte offsets in a body and string indexes in a block.
 *
 * The result is a flat tape, not a tree: three integers a node. Values nested deeper than `maxDepth` are checked
 * but not recorded. No recursion, so 100,000 levels cost what 100,000 brackets cost.
 */

import { atOnce, type Steps } from '../steps.ts'
import { type JsonUnits, scalarEnd, skipSpace, stringEnd } from './lexemes.ts'
import { cutNodes, sharedNodes } from './tape-slab.ts'
import { skipPlain, wordsOf } from './words.ts'

/** Node ids are indexes into the tape; the root is 0. An object's children are key, value, key, value, ... */
export interface JsonTape {
  readonly units: JsonUnits
  /** `[start, end, next]` per node: offsets in units, `end` exclusive; `next` is the node after this one's subtree. */
  readonly nodes: Int32Array
  readonly length: number
}

/** A place in front of an array's element, in the root object. An earlier scan of the same units has passed it. */
export interface ScanStart {
  /** Offset of the element's first unit. */
  readonly position: number
  /** The element's node: all before it are on the tape. */
  readonly node: number
  /** The node of the array. */
  readonly list: number
  /** Of the earlier tape, up to the element at least. Ends of the array and of the root are not asked for. */
  readonly nodes: Int32Array
}

export interface ScanLimits {
  /** Nodes nested deeper are not recorded. */
  readonly maxDepth: number
  /** A text with more recorded values is not worth its memory (12 bytes each) and is refused. */
  readonly maxNodes: number
}

/**
 * Deep enough for every dialect: body > messages > message > content > result > content > document > source > content >
 * part > text. The recorded sessions have 9 % more nodes than with the eight levels that blocks need.
 */
const DEFAULT_LIMITS: ScanLimits = { maxDepth: 12, maxNodes: 1 << 20 }

/** Units that are scanned in one step: some milliseconds of nothing but brackets. */
const STEP_UNITS = 1 << 19

/** Of a long text: one in few values costs no more than 256 KB. */
const FIRST_NUMBERS = 1 << 16

const FIRST_LEVELS = 64
const SHARED_KINDS = new Uint8Array(FIRST_LEVELS)
const SHARED_PARENTS = new Int32Array(FIRST_LEVELS)

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d

/** As `scanning`, in one go. */
export function scanJson(units: JsonUnits, limits: ScanLimits = DEFAULT_LIMITS): JsonTape | undefined {
  return atOnce(scanning(units, limits))
}

/**
 * Scans `units` as one JSON text with optional white space around it.
 * @param from the units in front of it are not looked at
 * @returns the tape, or undefined when the text is not valid JSON or has more than `maxNodes` values.
 */
export function* scanning(
  units: JsonUnits,
  limits: ScanLimits = DEFAULT_LIMITS,
  from?: ScanStart,
): Steps<JsonTape | undefined> {
  const end = units.length
  const words = wordsOf(units)
  // A short text is read without a pause, so it may use what all of them use.
  const isShort = end < STEP_UNITS
  let nodes = isShort ? sharedNodes : new Int32Array(FIRST_NUMBERS)
  let length = 0
  // Open containers: kind for all of them, tape index for the recorded ones (the outermost maxDepth).
  let kinds = isShort ? SHARED_KINDS : new Uint8Array(FIRST_LEVELS)
  const parents = isShort && limits.maxDepth < FIRST_LEVELS ? SHARED_PARENTS : new Int32Array(limits.maxDepth + 1)
  let depth = 0
  let position = from?.position ?? skipSpace(units, 0)
  let isKey = false
  let pause = position + STEP_UNITS
  if (from !== undefined) {
    length = from.node
    while (3 * length > nodes.length) nodes = grow(nodes)
    nodes.set(from.nodes.subarray(0, 3 * length))
    kinds[0] = CLOSE_OBJECT
    kinds[1] = CLOSE_ARRAY
    parents[0] = 0
    parents[1] = from.list
    depth = 2
  }

  for (;;) {
    if (position >= pause) {
      pause = position + STEP_UNITS
      yield
    }
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
      const isLong = unit === QUOTE && words !== undefined
      position = isLong ? stringEnd(units, skipPlain(units, position + 1, words)) : scalarEnd(units, position, unit)
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
      if (position >= pause) {
        pause = position + STEP_UNITS
        yield
      }
      depth--
      position++
      if (depth <= limits.maxDepth) {
        const parent = parents[depth] as number
        nodes[3 * parent + 1] = position
        nodes[3 * parent + 2] = length
      }
      position = skipSpace(units, position)
    }
    if (depth === 0) return position === end ? { units, nodes: cutNodes(nodes, 3 * length), length } : undefined
    if (units[position] !== COMMA) return undefined
    position = skipSpace(units, position + 1)
    isKey = kinds[depth - 1] === CLOSE_OBJECT
  }
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

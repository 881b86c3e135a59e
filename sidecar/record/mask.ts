/**
 * Masks the credentials in a body of JSON. A mask is as long in bytes as the text that it replaces, and never crosses the end
 * of a string: a recording stays JSON of the same shape and nearly the same tokens. JSON inside strings is masked likewise.
 */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { credentialsIn, isSecretName, type Range } from '../../src/core/credentials.ts'
import {
  childrenOf,
  endOf,
  type JsonTape,
  type JsonUnits,
  kindOf,
  NONE,
  nextOf,
  scanJson,
  skipSpace,
  sourceOf,
  startOf,
  textOf,
  unitsOf,
} from '../../src/core/json/index.ts'

const MASK = 'x'.charCodeAt(0)

/** JSON in strings in strings: tool arguments that hold a configuration. Deeper ones count as text. */
const MAX_LEVELS = 3

/** Sockets are served between two such slices. A single long string takes one slice: 30 to 70 ms a MB. */
const SLICE_MS = 5

/** Deeper than any request; a body that is deeper cannot be searched whole, and is not recorded. */
const LIMITS = { maxDepth: 512, maxNodes: 2 ** 20 }

/**
 * @param body JSON in UTF-8
 * @returns a copy of the same length; the very same bytes when nothing is masked; undefined for a body that cannot be
 * searched: not JSON, nested too deep, more than a million values
 */
export async function maskCredentials(body: Uint8Array): Promise<Uint8Array | undefined> {
  const tape = scanWhole(body)
  if (tape === undefined) return undefined
  let masked: Uint8Array | undefined
  let sliceEnd = performance.now() + SLICE_MS
  for (const range of credentialsOf(tape, MAX_LEVELS)) {
    if (range.end > range.start) {
      masked ??= Uint8Array.from(body)
      masked.fill(MASK, range.start, range.end)
    }
    if (performance.now() < sliceEnd) continue
    await nextTurn()
    sliceEnd = performance.now() + SLICE_MS
  }
  return masked ?? body
}

/** @returns undefined when the tape would not hold every value */
function scanWhole(units: JsonUnits): JsonTape | undefined {
  const tape = scanJson(units, LIMITS)
  if (tape === undefined) return undefined
  for (let node = 0; node < tape.length; node++) {
    const kind = kindOf(tape, node)
    const isContainer = kind === 'object' || kind === 'array'
    // Its children are beyond the depth when more stands in it than its closing bracket.
    if (isContainer && nextOf(tape, node) === node + 1) {
      const inside = skipSpace(units, startOf(tape, node) + 1)
      if (inside !== endOf(tape, node) - 1) return undefined
    }
  }
  return tape
}

/** @returns offsets in units of the tape; an empty range for each string that holds none, as a place to pause */
function* credentialsOf(tape: JsonTape, levels: number): Generator<Range, void> {
  const secret = secretValues(tape)
  for (let node = 0; node < tape.length; node++) {
    if (kindOf(tape, node) !== 'string') continue
    const start = startOf(tape, node) + 1
    yield { start, end: secret.has(node) ? endOf(tape, node) - 1 : start }
    if (!secret.has(node)) yield* credentialsOfString(tape, node, levels)
  }
}

/** The strings whose member has a secret name: `"password": "..."`, `"tokens": ["..."]`, `{"name": "API_KEY", "value": "..."}`. */
function secretValues(tape: JsonTape): ReadonlySet<number> {
  const found = new Set<number>()
  for (let node = 0; node < tape.length; node++) if (kindOf(tape, node) === 'object') addSecrets(tape, node, found)
  return found
}

function addSecrets(tape: JsonTape, object: number, found: Set<number>): void {
  let isSecretNamed = false
  let namedValue = NONE
  const end = nextOf(tape, object)
  for (let key = object + 1; key < end; key = nextOf(tape, nextOf(tape, key))) {
    const name = shortText(tape, key)
    const value = nextOf(tape, key)
    if (isSecretName(name)) addStrings(tape, value, found)
    if (/^(?:name|key)$/i.test(name)) isSecretNamed = isSecretName(shortText(tape, value))
    else if (/^value$/i.test(name)) namedValue = value
  }
  if (isSecretNamed) addStrings(tape, namedValue, found)
}

function addStrings(tape: JsonTape, value: number, found: Set<number>): void {
  if (kindOf(tape, value) === 'string') found.add(value)
  if (kindOf(tape, value) !== 'array') return
  for (const child of childrenOf(tape, value)) if (kindOf(tape, child) === 'string') found.add(child)
}

/** The text of a string that may be a name; a long text is none. */
function shortText(tape: JsonTape, node: number): string {
  return endOf(tape, node) - startOf(tape, node) > 1000 ? '' : (textOf(tape, node) ?? '')
}

function* credentialsOfString(tape: JsonTape, node: number, levels: number): Generator<Range, void> {
  const text = textOf(tape, node) ?? ''
  const ranges = [...credentialsOfText(text, levels)].filter(({ start, end }) => end > start)
  if (ranges.length === 0) return
  const toUnits = offsetsOf(sourceOf(tape, node), tape.units.BYTES_PER_ELEMENT === 1)
  const start = startOf(tape, node)
  for (const range of ranges) yield { start: start + toUnits(range.start), end: start + toUnits(range.end) }
}

function* credentialsOfText(text: string, levels: number): Generator<Range, void> {
  const tape = levels > 0 && /^\s{0,100}[[{]/.test(text) ? scanWhole(unitsOf(text)) : undefined
  if (tape === undefined) yield* credentialsIn(text)
  else yield* credentialsOf(tape, levels - 1)
}

/**
 * Maps an offset in the text of a string to the offset in its literal, quotes included, where an escape has up to six units
 * for one.
 */
function offsetsOf(literal: string, isBytes: boolean): (offset: number) => number {
  const hasEscapes = literal.includes('\\')
  const places = hasEscapes ? placesOf(literal) : undefined
  const inLiteral = (offset: number): number => places?.[offset] ?? offset + 1
  if (!isBytes || Buffer.byteLength(literal) === literal.length) return inLiteral
  const bytes = bytePlacesOf(literal)
  return (offset) => bytes[inLiteral(offset)] ?? 0
}

/** Where each unit of the text, and its end, stands in the literal. */
function placesOf(literal: string): Int32Array {
  const places = new Int32Array(literal.length)
  let count = 0
  let at = 1
  while (at < literal.length - 1) {
    places[count++] = at
    at += literal[at] !== '\\' ? 1 : literal[at + 1] === 'u' ? 6 : 2
  }
  places[count] = at
  return places.subarray(0, count + 1)
}

/** The byte at which each UTF-16 unit of a text begins in UTF-8; a pair of surrogates begins with its first. */
function bytePlacesOf(text: string): Int32Array {
  const places = new Int32Array(text.length + 1)
  let byte = 0
  for (let i = 0; i < text.length; i++) {
    places[i] = byte
    const unit = text.charCodeAt(i)
    if (unit < 0x80) byte += 1
    else if (unit < 0x800) byte += 2
    else if (unit >= 0xd800 && unit <= 0xdbff) {
      byte += 4
      places[++i] = byte
    } else byte += 3
  }
  places[text.length] = byte
  return places
}

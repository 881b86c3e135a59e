/** Converts strings that hold JSON to that JSON, and back: `"{\"a\":1}"` and `{"(JSON string)":{"a":1}}`. */

import { endOf, kindOf, scanJson, startOf, textFrom, textOf, unitsOf } from '../../json/index.ts'
import { childrenOf, literalOf, replaceValues, type Source, sourceFrom } from '../columnar/source.ts'
import { minified } from '../json/spans.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import { likelyStyle, restyled, STYLES, type Style } from './styles.ts'

/** The start of the key that marks a former string. */
export const MARK = '"(JSON string'

/** The key's literal, by the spacing of the JSON in the string. */
const KEYS: ReadonlyMap<Style, string> = new Map(
  STYLES.map((style) => [style, style === 'compact' ? `${MARK})"` : `${MARK}, ${style})"`]),
)

/** The end of the key. */
const COLON = /\s*:/y

/** A shorter string would be longer as an object. UTF-16 units. */
const MIN_LENGTH = 24

/** JSON in a string in JSON in a string: deeper ones stay strings. */
const MAX_NESTING = 4

/** The JSON with its strings that hold JSON as objects; undefined when there are none. */
export function unescapeStrings(source: Source, nesting = 0): string | undefined {
  return replaceValues(source, (node) => (nesting < MAX_NESTING ? unescaped(source, node, nesting) : undefined))
}

/**
 * Converts the objects for strings back to strings; returns undefined when there are none.
 * @param onBroken called for an object that `unescapeStrings` never writes
 */
export function escapeStrings(source: Source, onBroken: () => void): string | undefined {
  const escaper = new Escaper(onBroken)
  return replaceValues(source, (node) => escaper.literal(source, node))
}

/** The object for a string; undefined when the string does not hold JSON, or could not be restored exactly. */
function unescaped(source: Source, node: number, nesting: number): string | undefined {
  const { text, tape } = source
  const start = startOf(tape, node)
  if (endOf(tape, node) - start < MIN_LENGTH || !/^"[[{]/.test(text.slice(start, start + 2))) return undefined
  const inner = textOf(tape, node) as string
  COLON.lastIndex = endOf(tape, node)
  if (COLON.test(text) || JSON.stringify(inner) !== literalOf(source, node)) return undefined
  const units = unitsOf(inner)
  if (scanJson(units) === undefined) return undefined
  const json = textFrom(minified(units))
  const style = likelyStyle(inner, json)
  if (restyled(json, style) !== inner) return undefined
  const innerSource = sourceFrom(unitsOf(json))
  const deeper = innerSource && unescapeStrings(innerSource, nesting + 1)
  return `{${KEYS.get(style)}:${deeper ?? json}}`
}

class Escaper {
  /** UTF-16 units that escapes and white space may still add: nested strings double them at each level. */
  #unitsLeft = 4 * MAX_BLOCK_BYTES
  readonly #onBroken: () => void

  constructor(onBroken: () => void) {
    this.#onBroken = onBroken
  }

  /** The string for an object; undefined for any other value. */
  literal(source: Source, node: number, nesting = 0): string | undefined {
    const style = styleAt(source, node)
    if (style === undefined) return undefined
    const [, value = node] = childrenOf(source.tape, node)
    const inner = sourceFrom(unitsOf(literalOf(source, value)))
    if (inner === undefined || nesting === MAX_NESTING) return this.#broken()
    const json = replaceValues(inner, (innerNode) => this.literal(inner, innerNode, nesting + 1)) ?? inner.text
    const text = restyled(json, style)
    this.#unitsLeft -= text?.length ?? 0
    if (text === undefined || this.#unitsLeft < 0) return this.#broken()
    return JSON.stringify(text)
  }

  #broken(): undefined {
    this.#onBroken()
    return undefined
  }
}

/** The spacing of the string for an object; undefined for any other object. */
function styleAt({ text, tape }: Source, node: number): Style | undefined {
  if (kindOf(tape, node) !== 'object') return undefined
  const [key, value, ...others] = childrenOf(tape, node)
  if (key === undefined || value === undefined || others.length > 0) return undefined
  const kind = kindOf(tape, value)
  if (kind !== 'object' && kind !== 'array') return undefined
  const literal = text.slice(startOf(tape, key), endOf(tape, key))
  return STYLES.find((style) => KEYS.get(style) === literal)
}

/** Strings that hold JSON, as that JSON: `"{\"a\":1}"` and `{"(JSON string)":{"a":1}}`, one for the other. */

import { endOf, kindOf, scanJson, startOf, textFrom, textOf, unitsOf } from '../../json/index.ts'
import { childrenOf, literalOf, type Source, sourceFrom } from '../columnar/source.ts'
import { minified } from '../json/spans.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import { likelyStyle, restyled, STYLES, type Style } from './styles.ts'

/** What a key that says that the value is a string starts with. */
export const MARK = '"(JSON string'

/** The key's literal, by how the JSON in the string is spaced. */
const KEYS: ReadonlyMap<Style, string> = new Map(
  STYLES.map((style) => [style, style === 'compact' ? `${MARK})"` : `${MARK}, ${style})"`]),
)

/** What stands after a key. */
const COLON = /\s*:/y

/** A shorter string costs more as an object. UTF-16 units. */
const MIN_LENGTH = 24

/** JSON in a string in JSON in a string: deeper ones stay strings. */
const MAX_NESTING = 4

/** The JSON with its strings that hold JSON as objects; undefined when there are none. */
export function unescapeStrings(source: Source, nesting = 0): string | undefined {
  return replaceValues(source, (node) => (nesting < MAX_NESTING ? unescaped(source, node, nesting) : undefined))
}

/**
 * The JSON with the objects that stand for strings as strings again; undefined when there are none.
 * @param onBroken called when one is no object that `unescapeStrings` writes
 */
export function escapeStrings(source: Source, onBroken: () => void): string | undefined {
  const escaper = new Escaper(onBroken)
  return replaceValues(source, (node) => escaper.literal(source, node))
}

/** Puts `literal` in place of the outermost values that it has one for. */
function replaceValues(source: Source, literal: (node: number) => string | undefined): string | undefined {
  const { text, tape } = source
  let replaced = ''
  let from = 0
  for (let node = 0; node < tape.length; node++) {
    if (startOf(tape, node) < from) continue
    const anew = literal(node)
    if (anew === undefined) continue
    replaced += text.slice(from, startOf(tape, node)) + anew
    from = endOf(tape, node)
  }
  return from === 0 ? undefined : replaced + text.slice(from)
}

/** The object that stands for a string; undefined when the string does not hold JSON, or would not come back letter by letter. */
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

  /** The string that an object stands for; undefined for any other value. */
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

/** How the string that an object stands for was spaced; undefined for an object that stands for none. */
function styleAt({ text, tape }: Source, node: number): Style | undefined {
  if (kindOf(tape, node) !== 'object') return undefined
  const [key, value, ...others] = childrenOf(tape, node)
  if (key === undefined || value === undefined || others.length > 0) return undefined
  const kind = kindOf(tape, value)
  if (kind !== 'object' && kind !== 'array') return undefined
  const literal = text.slice(startOf(tape, key), endOf(tape, key))
  return STYLES.find((style) => KEYS.get(style) === literal)
}

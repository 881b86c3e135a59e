/** The keys that objects share, and an object's values in the order of these keys. */

import { endOf, kindOf, NONE, nextOf, startOf } from '../../json/index.ts'
import { childrenOf, literalOf, type Source } from './source.ts'

/** An object that fits the columns. */
export interface Fit {
  /** Its values in the order of the keys, up to the last one that it has; NONE for missing keys. */
  readonly cells: readonly number[]
  /** Its key, when it is a value of a map. */
  readonly name: number | undefined
}

/** Marks a missing key in a row of JSON when a later key has a value; a row ends with its object's last key. */
export const ABSENT = '"(absent)"'

/** A list with more keys is not a table, and would make the search for their order slow. */
export const MAX_COLUMNS = 64

/** A name that a header holds unquoted: without the header's own notation, JSON escapes and invisible characters. */
const PLAIN = /^(?!\s|\((?:key|text)\)$)[^,=:{}[\]"\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+(?<!\s)$/u

/** A string that is read as itself after an equals sign: not a number or literal, with no character to be quoted. */
const PLAIN_STRING =
  /^(?!\s|\(key\)$|[-+]?(?:infinity|(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)$|(?:true|false|null|nan)$)[^,={}[\]"\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{0,80}(?<!\s)$/iu

const CONSTANTS: readonly (string | undefined)[] = ['number', 'true', 'false', 'null']

export function isPlainName(name: string): boolean {
  return PLAIN.test(name)
}

export function isPlainString(inner: string): boolean {
  return PLAIN_STRING.test(inner)
}

/** The keys that at least a share of `minPresence` of the objects have, each after the key that it first followed. */
export function commonKeys(source: Source, objects: readonly number[], minPresence: number): string[] {
  const order: string[] = []
  const counts = new Map<string, number>()
  for (const object of objects) {
    let at = 0
    const end = nextOf(source.tape, object)
    for (let node = object + 1; node < end; node = nextOf(source.tape, nextOf(source.tape, node))) {
      const expected = order[at]
      const isExpected = expected !== undefined && isKey(source, node, expected)
      const key = isExpected ? expected : literalOf(source, node).slice(1, -1)
      at = placeOf(key, order, at) + 1
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }
  const isCommon = (key: string): boolean => (counts.get(key) as number) >= Math.max(2, minPresence * objects.length)
  return order.filter((key) => isCommon(key) && isPlainName(key))
}

/**
 * The values of an object in the order of `keys`, NONE for missing keys, up to its last one; undefined when it has
 * another key, a key twice, another order, or no keys at all.
 */
export function cellsOf(source: Source, keys: readonly string[], object: number): number[] | undefined {
  const { tape } = source
  const end = nextOf(tape, object)
  const cells: number[] = []
  for (let member = object + 1; member < end; ) {
    while (cells.length < keys.length && !isKey(source, member, keys[cells.length] as string)) cells.push(NONE)
    const value = nextOf(tape, member)
    if (cells.length === keys.length || isAbsent(source, value)) return undefined
    cells.push(value)
    member = nextOf(tape, value)
  }
  return cells.length === 0 ? undefined : cells
}

function isLiteral({ text, tape }: Source, node: number, literal: string): boolean {
  const start = startOf(tape, node)
  return endOf(tape, node) - start === literal.length && text.startsWith(literal, start)
}

/** Compares without cutting the key out: most keys of a long list are the expected ones. */
function isKey({ text, tape }: Source, node: number, key: string): boolean {
  const start = startOf(tape, node) + 1
  return endOf(tape, node) - 1 - start === key.length && text.startsWith(key, start)
}

/**
 * The literal that all values in the column `at` share, if the layout has constants; `(key)` where each is its
 * own key; undefined when they differ.
 */
export function constantOf(
  source: Source,
  fits: readonly Fit[],
  { at, hasConstants }: { readonly at: number; readonly hasConstants: boolean },
): string | undefined {
  const literal = scalarAt(source, fits[0] as Fit, at)
  if (literal === undefined) return undefined
  if (hasConstants && isConstant(source, literal, (fits[0] as Fit).cells[at] as number)) {
    if (fits.every((fit) => scalarAt(source, fit, at) === literal)) return literal
  }
  const repeatsKey = ({ cells, name }: Fit): boolean =>
    name !== undefined &&
    cells[at] !== undefined &&
    cells[at] !== NONE &&
    literalOf(source, cells[at]) === literalOf(source, name)
  return fits.every(repeatsKey) ? '(key)' : undefined
}

/** A scalar's literal, or that of an empty object or list. */
function scalarAt(source: Source, { cells }: Fit, at: number): string | undefined {
  const cell = cells[at]
  if (cell === undefined || cell === NONE) return undefined
  const kind = kindOf(source.tape, cell)
  if (kind !== 'object' && kind !== 'array') return literalOf(source, cell)
  return childrenOf(source.tape, cell).length === 0 ? literalOf(source, cell) : undefined
}

function isConstant(source: Source, literal: string, node: number): boolean {
  if (literal === '{}' || literal === '[]') return true
  const kind = kindOf(source.tape, node)
  return kind === 'string' ? isPlainString(literal.slice(1, -1)) : CONSTANTS.includes(kind)
}

/** The index of `key` in `order`; a new key is inserted at `expected`, or before it when there is no room. */
function placeOf(key: string, order: string[], expected: number): number {
  if (order[expected] === key) return expected
  const known = order.indexOf(key)
  if (known >= 0) return known
  if (order.length === MAX_COLUMNS) return expected - 1
  order.splice(expected, 0, key)
  return expected
}

function isAbsent(source: Source, value: number): boolean {
  return kindOf(source.tape, value) === 'string' && isLiteral(source, value, ABSENT)
}

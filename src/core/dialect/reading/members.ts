/**
 * Reads members of a request body from the tape. A member of the wrong type, or one that occurs twice, counts as
 * absent.
 */

import {
  childrenOf,
  isString,
  type JsonTape,
  kindOf,
  memberOf,
  NONE,
  nextOf,
  sourceOf,
  textOf,
} from '../../json/index.ts'

export function memberText(tape: JsonTape, node: number, name: string): string | undefined {
  const value = memberOf(tape, node, name)
  return value === NONE ? undefined : textOf(tape, value)
}

/** Undefined for a number that a double cannot hold (`1e400`). */
export function memberNumber(tape: JsonTape, node: number, name: string): number | undefined {
  const value = memberOf(tape, node, name)
  if (kindOf(tape, value) !== 'number') return undefined
  const number = Number(sourceOf(tape, value))
  return Number.isFinite(number) ? number : undefined
}

/** Does the object have the member `name` at least once? */
export function hasMember(tape: JsonTape, node: number, name: string): boolean {
  return valuesOf(tape, node, name).length > 0
}

/** Does the object have one of the members `names`? */
export function hasAnyMember(tape: JsonTape, node: number, names: readonly string[]): boolean {
  if (kindOf(tape, node) !== 'object') return false
  const end = nextOf(tape, node)
  for (let key = node + 1; key < end; key = nextOf(tape, nextOf(tape, key))) {
    for (const name of names) if (isString(tape, key, name)) return true
  }
  return false
}

/** The value of the member `name`, if it is one of `words`, which costs no string; else as `memberText`. */
export function memberWord(tape: JsonTape, node: number, name: string, words: readonly string[]): string | undefined {
  const value = memberOf(tape, node, name)
  if (value === NONE) return undefined
  for (const word of words) if (isString(tape, value, word)) return word
  return textOf(tape, value)
}

/** Is this result marked as an error? A mark that occurs twice, or is neither true nor false, counts. */
export function isMarkedError(tape: JsonTape, node: number): boolean {
  return valuesOf(tape, node, 'is_error').some((value) => {
    const kind = kindOf(tape, value)
    return kind !== 'false' && kind !== 'null'
  })
}

/**
 * Where a loop over the elements of an array ends; 0 for any other node, so that it takes no step. A generator costs as
 * much as two messages: it is left to lists that few requests have.
 * @example
 * const end = elementsEnd(tape, list)
 * for (let element = list + 1; element < end; element = nextOf(tape, element)) read(element)
 */
export function elementsEnd(tape: JsonTape, node: number): number {
  return kindOf(tape, node) === 'array' ? nextOf(tape, node) : 0
}

/** Elements of an array; nothing for any other node. */
export function elementsOf(tape: JsonTape, node: number): Iterable<number> {
  return kindOf(tape, node) === 'array' ? childrenOf(tape, node) : []
}

/** Is it a text, or an array or an object with something in it? */
export function isFilled(tape: JsonTape, node: number): boolean {
  if (node === NONE) return false
  if (kindOf(tape, node) === 'string') return true
  for (const _ of childrenOf(tape, node)) return true
  return false
}

/** Every value of the members called `name`. */
export function valuesOf(tape: JsonTape, node: number, name: string): number[] {
  const values: number[] = []
  if (kindOf(tape, node) !== 'object') return values
  const end = nextOf(tape, node)
  for (let key = node + 1; key < end; ) {
    const value = nextOf(tape, key)
    if (isString(tape, key, name)) values.push(value)
    key = nextOf(tape, value)
  }
  return values
}

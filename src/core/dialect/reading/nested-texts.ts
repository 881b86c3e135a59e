/** Texts in a literal that holds JSON as text. */

import { type JsonTape, sourceOf, textOf } from '../../json/index.ts'
import type { NestedText, Text } from './notes.ts'

/**
 * The values of the members `names` in the object that a literal holds as JSON text. None where that text, or the
 * literal, is not exactly as this runtime would write it again: only then a value can be exchanged and nothing else.
 */
export function nestedTexts(tape: JsonTape, { node, path }: Text, names: readonly string[]): readonly NestedText[] {
  const text = textOf(tape, node) ?? ''
  const object = objectOf(text)
  if (object === undefined || JSON.stringify(text) !== sourceOf(tape, node)) return []
  const texts: NestedText[] = []
  // After the literal's quote and the object's brace.
  let at = 2
  for (const [name, value] of Object.entries(object)) {
    const start = at + written(`${JSON.stringify(name)}:`)
    const end = start + written(JSON.stringify(value))
    if (names.includes(name) && typeof value === 'string') texts.push({ path: `${path}.${name}`, start, end })
    at = end + 1
  }
  return texts
}

/** The object whose JSON is exactly `text`. */
function objectOf(text: string): object | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    const object: object = JSON.parse(text)
    return JSON.stringify(object) === text ? object : undefined
  } catch {
    // No JSON, or too deep to be written.
    return undefined
  }
}

/** Bytes of a piece of JSON inside of a literal, where its quotes and backslashes are escaped. */
function written(json: string): number {
  return Buffer.byteLength(JSON.stringify(json)) - 2
}

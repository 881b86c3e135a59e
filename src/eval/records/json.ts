/** Records in JSON: the longest list of objects, an object of like objects, or a line for each object. */

import type { Records } from './records.ts'

type Json = Readonly<Record<string, unknown>>

/** @returns undefined for a text that is not JSON or has no list of objects */
export function jsonRecords(text: string): Records | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  const value = parse(text)
  const wrapped = value === undefined ? undefined : unwrapped(value)
  const lists = listsIn(wrapped, 0).sort((a, b) => b.length - a.length)
  return lists[0] && recordsIn(lists[0], text)
}

/** @returns undefined unless every line is an object */
export function jsonLineRecords(text: string): Records | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  if (lines.length < 2 || !lines.every((line) => line.trimStart().startsWith('{'))) return undefined
  const objects = lines.map(parse)
  return objects.every(isObject) ? recordsIn(objects, text) : undefined
}

/** MCP servers put the JSON of a result into a string. */
function unwrapped(value: unknown): unknown {
  const only = Array.isArray(value) && value.length === 1 ? value[0] : undefined
  const inner = isObject(only) && typeof only['text'] === 'string' ? parse(only['text']) : undefined
  return inner ?? value
}

/** Inner lists of a list are left out: each would be a part of one record. */
function listsIn(value: unknown, depth: number): Json[][] {
  if (Array.isArray(value)) return value.every(isObject) && value.length > 0 ? [value] : []
  if (!isObject(value) || depth > 3) return []
  const members = Object.entries(value)
  const own = members.length > 2 && members.every(([, member]) => isObject(member)) ? [mapOf(value)] : []
  return [...own, ...members.flatMap(([, member]) => listsIn(member, depth + 1))]
}

/** An object of objects as a list, the keys in a field of their own. */
function mapOf(value: Json): Json[] {
  return Object.entries(value).map(([key, member]) => ({ key, ...(isObject(member) ? member : {}) }))
}

function recordsIn(objects: readonly Json[], text: string): Records {
  const flat = objects.map((each) => cellsOf(each))
  const fields = [...new Set(flat.flatMap((cells) => [...cells.keys()]))]
  const cell = (cells: ReadonlyMap<string, string>, field: string): string => {
    const value = cells.get(field) ?? ''
    // A number that JavaScript writes in another way than the text: 1.0, 1e3.
    return text.includes(value) ? value : ''
  }
  return { fields, rows: flat.map((cells) => fields.map((field) => cell(cells, field))) }
}

/** Scalars by name; those of an inner object by the path to them. */
function cellsOf(object: Json, path = ''): Map<string, string> {
  const cells = Object.entries(object).flatMap(([key, value]): [string, string][] => {
    const name = path + key
    return isObject(value) ? [...cellsOf(value, `${name}.`)] : [[name, cellOf(value)]]
  })
  return new Map(cells)
}

/** Empty for lists, and for strings that JSON writes with escapes. */
function cellOf(value: unknown): string {
  if (typeof value === 'string') return /[\n"\\]/.test(value) ? '' : value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

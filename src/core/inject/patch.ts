/** Operations of a JSON patch (RFC 6902) whose parents all exist: a list or map that is missing comes whole. */

import type { AddOperation } from './injection.ts'

export type Path = readonly (string | number)[]

/** Adds a member, or replaces one of that name. */
export function add(path: Path, value: unknown): AddOperation {
  const pointer = path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
  return { op: 'add', path: pointer, value }
}

/** Adds to the end of a list, one operation each. @param list what stands at the path now */
export function appendTo(list: unknown, path: Path, values: readonly unknown[]): AddOperation[] {
  if (values.length === 0) return []
  if (!Array.isArray(list)) return [add(path, values)]
  return values.map((value) => add([...path, '-'], value))
}

/** Sets members of a map. @param map what stands at the path now */
export function setIn(map: unknown, path: Path, members: Readonly<Record<string, unknown>>): AddOperation[] {
  const known = isObject(map) ? map : undefined
  const changed = Object.entries(members).filter(([name, value]) => known?.[name] !== value)
  if (changed.length === 0) return []
  if (known === undefined) return [add(path, Object.fromEntries(changed))]
  return changed.map(([name, value]) => add([...path, name], value))
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** @returns empty for what is no list */
export function listOf<T>(value: readonly T[] | null | undefined): readonly T[] {
  return Array.isArray(value) ? value : []
}

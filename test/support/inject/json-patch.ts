/** Applies a JSON patch of `add` operations (RFC 6902, 4.1) as strictly as the API server does. */

import type { AddOperation } from '../../../src/core/inject/index.ts'

type Json = Record<string, unknown> | unknown[]

/**
 * @returns a new document
 * @throws where a parent does not exist, or an index is outside of its list
 */
export function applyPatch<T>(document: T, patch: readonly AddOperation[]): T {
  const result = structuredClone({ document }) as { document: T }
  for (const operation of patch) addTo(result, operation)
  return result.document
}

function addTo(root: { document: unknown }, { path, value }: AddOperation): void {
  const parts = path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  let parent: unknown = root
  let last = 'document'
  for (const part of parts) {
    parent = memberOf(parent as Json, last, path)
    last = part
  }
  setMember(parent, last, { path, value: structuredClone(value) })
}

function memberOf(parent: Json, name: string, path: string): unknown {
  const isThere = Array.isArray(parent) ? isIndex(name, parent.length) : Object.hasOwn(parent, name)
  if (!isThere) throw new Error(`${path}: there is no ${name}`)
  const member = (parent as Record<string, unknown>)[name]
  if (typeof member !== 'object' || member === null) throw new Error(`${path}: ${name} has no members`)
  return member
}

function setMember(parent: unknown, name: string, { path, value }: { path: string; value: unknown }): void {
  if (!Array.isArray(parent)) (parent as Record<string, unknown>)[name] = value
  else if (name === '-') parent.push(value)
  else if (isIndex(name, parent.length + 1)) parent.splice(Number(name), 0, value)
  else throw new Error(`${path}: ${name} is outside of its list`)
}

function isIndex(name: string, length: number): boolean {
  return /^(?:0|[1-9][0-9]*)$/.test(name) && Number(name) < length
}

/** Reads members of a reply that was parsed from a copy. A member of the wrong type counts as absent. */

import type { Usage } from '../dialect.ts'

export type Fields = Readonly<Record<string, unknown>>

const NONE: Fields = Object.freeze({})

/** The value's members, or none when it is not an object. */
export function fields(value: unknown): Fields {
  return isFields(value) ? value : NONE
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A string that is not empty: `finish_reason: ""` counts as absent. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** More tokens than any provider bills in one call. A larger figure is an error, and would spoil every sum. */
const MAX_COUNT = 1e9

export function count(value: unknown): number | undefined {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_COUNT
    ? (value as number)
    : undefined
}

/** The members that are known. */
export function known<T extends object>(members: { readonly [K in keyof T]: T[K] | undefined }): T {
  const found: { [K in keyof T]?: T[K] } = {}
  for (const name in members) {
    const value = members[name]
    if (value !== undefined) found[name] = value
  }
  return found as T
}

/** Undefined when nothing is known: unknown is not zero. */
export function knownUsage(usage: { readonly [K in keyof Usage]: Usage[K] | undefined }): Usage | undefined {
  for (const name in usage) {
    if (usage[name as keyof Usage] !== undefined) return known<Usage>(usage)
  }
  return undefined
}

/** The form of a name. Labels, logs and spans show it, and any other text might be a piece of a prompt. */
const NAME = /^[\w.:/-]{1,100}$/

/** A text with the form of a name: a tier, a region, an error's type. */
export function name(value: unknown): string | undefined {
  return typeof value === 'string' && NAME.test(value) ? value : undefined
}

/** The provider's type or code of an `error` member; `error` when it has neither; undefined when there is none. */
export function errorType(error: unknown): string | undefined {
  if (error === undefined || error === null || error === false) return undefined
  const { type, code } = fields(error)
  const status = count(code)
  return name(type) ?? name(code) ?? (status === undefined ? 'error' : String(status))
}

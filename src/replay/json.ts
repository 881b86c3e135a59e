/** Reads parsed JSON without casts: members of objects, objects of lists. */

export type Json = Readonly<Record<string, unknown>>

/** @returns an empty object for any other value */
export function objectOf(value: unknown): Json {
  return isObject(value) ? value : {}
}

/** @returns an empty list for any other value */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function parseBody(body: Uint8Array): Json {
  return objectOf(JSON.parse(Buffer.from(body).toString()))
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

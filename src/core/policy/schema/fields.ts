/** The kinds of fields that the parts of the schema share. */

import { type TProperties, Type } from 'typebox'
import { MIB } from '../../limits.ts'
import { DURATION, formatDuration } from '../duration.ts'

/**
 * From when on an edit of a field holds. new results: for results that the model has not answered yet; all others keep the
 * form that they were sent in. once: at the moment of the edit. next pod: for pods that are made after it.
 */
export type Effect = 'next call' | 'new results' | 'once' | 'start' | 'next pod'

interface FieldsOptions {
  readonly later?: readonly string[]
  /** Of the whole, for `kubectl explain`. */
  readonly description?: string
}

export function fields<T extends TProperties>(properties: T, options: FieldsOptions = {}) {
  return Type.Object(properties, { additionalProperties: false, ...options })
}

export function duration(defaultMs: number, description: string) {
  return Type.Optional(
    Type.String({
      maxLength: 16,
      pattern: DURATION.source,
      expected: 'a duration such as 10s, 1h30m or none',
      default: formatDuration(defaultMs),
      description,
    }),
  )
}

export function pemFile(description: string) {
  return file('the path of a PEM file', description)
}

/** Read again when it changes. Text of several lines is refused: a key in it would be told in messages as a path is. */
export function file(expected: string, description: string, keywords: { localOnly?: boolean } = {}) {
  return Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 512,
      pattern: String.raw`^[^\x00-\x1f\x7f]+$`,
      expected,
      description: `${description} Read again when it changes.`,
      ...keywords,
    }),
  )
}

export function bytes(byDefault: number, description: string, keywords: { effect?: Effect } = {}) {
  const options = { minimum: 1024, maximum: 1024 * MIB, default: byDefault, description, ...keywords }
  return Type.Optional(Type.Integer(options))
}

/** Families of models with the same billing, and the match of a model name to its family. */

import type { Billing } from './card.ts'

export interface Family {
  readonly name: string
  readonly provider: string
  readonly billing: Billing
  /** A model belongs to the family with the longest prefix of its name. */
  readonly prefixes: readonly string[]
}

/**
 * The value of the longest prefix of `name`. A prefix ends at a boundary: `gpt-4` matches neither `gpt-4o` nor
 * `gpt-45`, but `llama` matches `llama3`, and `gpt-4.` matches `gpt-4.9`.
 */
export function longestPrefix<T>(
  values: ReadonlyMap<string, T>,
  name: string,
  isEnd: (name: string, at: number) => boolean = isBoundary,
): T | undefined {
  for (let length = name.length; length > 0; length--) {
    const value = values.get(name.slice(0, length))
    if (value !== undefined && isEnd(name, length)) return value
  }
  return undefined
}

/** A boundary before which a model is named in full: `claude-opus-5` is no prefix of `claude-opus-5-7`. */
export function isModelEnd(name: string, at: number): boolean {
  return isBoundary(name, at) && !/^-\d{1,2}(?:-|$)/.test(name.slice(at))
}

/** An index by prefix, for `longestPrefix`. */
export function byPrefix<T extends { readonly prefixes: readonly string[] }>(
  all: readonly T[],
): ReadonlyMap<string, T> {
  return new Map(all.flatMap((each) => each.prefixes.map((prefix) => [prefix, each] as const)))
}

function isBoundary(name: string, at: number): boolean {
  return !/^(?:.[a-z]|\d\d)/.test(name.slice(at - 1, at + 1))
}

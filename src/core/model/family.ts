/** Models that bill alike, and how to tell by its name what a model belongs to. */

import type { Billing } from './card.ts'

export interface Family {
  readonly name: string
  readonly provider: string
  readonly billing: Billing
  /** A model is of the family whose prefix is the longest that its name starts with. */
  readonly prefixes: readonly string[]
}

/**
 * What stands under the longest prefix that `name` starts with. `gpt-4` is no prefix of `gpt-4o` nor of `gpt-45`;
 * `llama` is one of `llama3`, and `gpt-4.` of `gpt-4.9`.
 */
export function longestPrefix<T>(values: ReadonlyMap<string, T>, name: string): T | undefined {
  for (let length = name.length; length > 0; length--) {
    const value = values.get(name.slice(0, length))
    if (value !== undefined && isBoundary(name, length)) return value
  }
  return undefined
}

/** By prefix, to be looked up. */
export function byPrefix<T extends { readonly prefixes: readonly string[] }>(
  all: readonly T[],
): ReadonlyMap<string, T> {
  return new Map(all.flatMap((each) => each.prefixes.map((prefix) => [prefix, each] as const)))
}

function isBoundary(name: string, at: number): boolean {
  return !/^(?:.[a-z]|\d\d)/.test(name.slice(at - 1, at + 1))
}

/** The API that an endpoint speaks: how one question is sent, and where its answer stands. */

export interface Prompt {
  /** The tool results: the same for all questions about them, so that a prefix cache keeps them. */
  readonly block: string
  readonly question: string
}

export interface AskOptions {
  readonly model: string
  readonly maxTokens: number
  /** Parts of the usual request that the endpoint has refused. */
  readonly without: ReadonlySet<Refusable>
  /** Room for the longest prompt of the run, in tokens. */
  readonly contextTokens: number
}

/** Parameters that some models refuse: each is left out, or named in another way, from then on. */
export type Refusable = 'temperature' | 'max_tokens'

export interface Answer {
  readonly text: string
  /** As the endpoint billed them; absent where it does not say. */
  readonly tokens?: number
}

export interface EvalDialect {
  readonly name: string
  /** Environment variables that may hold the key, the first one set wins. */
  readonly keys: readonly string[]
  url(endpoint: string): string
  headers(key: string | undefined): Readonly<Record<string, string>>
  body(prompt: Prompt, options: AskOptions): unknown
  /** @returns undefined for a reply that is not of this API */
  answer(reply: unknown): Answer | undefined
}

type Json = Readonly<Record<string, unknown>>

/** Members of parsed JSON; an empty object for any other value. */
export function membersOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** The sum of those numbers that are there; undefined where none is. */
export function sumOf(...values: readonly unknown[]): { readonly tokens?: number } {
  const numbers = values.filter((value) => typeof value === 'number')
  return numbers.length === 0 ? {} : { tokens: numbers.reduce((sum, value) => sum + value, 0) }
}

/** Adds a path to a base URL, which may have it, or a part of it, already. */
export function urlWith(endpoint: string, version: string, path: string): string {
  const base = endpoint.replace(/\/+$/, '')
  if (base.endsWith(path)) return base
  const isBare = new URL(base).pathname === '/'
  return base + (isBare ? version : '') + path
}

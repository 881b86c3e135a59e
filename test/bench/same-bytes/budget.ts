/**
 * Tells a difference that the work budget makes from any other one. A result that ends by the budget is sent longer, at
 * the longest as it came; the rest of the request stays the same.
 */

import { createHash } from 'node:crypto'
import { createVocabularies } from '../../../src/core/tokenizer/index.ts'
import { readTokenTable } from '../../../src/tables/index.ts'

/** A result that this build sends longer than the other one. */
export interface Loss {
  /** Of the result as it came: the same one comes again in later turns. */
  readonly hash: string
  readonly path: string
  readonly characters: number
  readonly tokens: { readonly original: number; readonly base: number; readonly current: number }
}

interface Texts {
  readonly original: string
  readonly base: string
  readonly current: string
}

const { count } = createVocabularies(readTokenTable).get('o200k_base')
/** The budget ends the work on long results only. */
const SHORTEST = 2048

/**
 * @param original the request as the client sent it
 * @param bodies as the model server received them, one letter a byte
 * @returns undefined when something else differs
 */
export function findLosses(
  original: Buffer | undefined,
  bodies: { readonly base: string; readonly current: string },
): readonly Loss[] | undefined {
  const values = [original?.toString('latin1') ?? '', bodies.base, bodies.current].map(parsed)
  if (values.some((value) => value === undefined)) return undefined
  const losses: Loss[] = []
  return compare(values, '', losses) ? losses : undefined
}

/** Collects the texts that differ. Returns false for any difference that is no loss. */
function compare([original, base, current]: readonly unknown[], path: string, losses: Loss[]): boolean {
  if (typeof base === 'string' && typeof current === 'string') {
    if (base === current) return true
    const loss = typeof original === 'string' ? lossOf({ original, base, current }, path) : undefined
    if (loss !== undefined) losses.push(loss)
    return loss !== undefined
  }
  if (!isObject(base) || !isObject(current)) return Object.is(base, current)
  const names = Object.keys(base)
  if (names.join('\n') !== Object.keys(current).join('\n')) return false
  return names.every((name) =>
    compare([isObject(original) ? original[name] : undefined, base[name], current[name]], `${path}/${name}`, losses),
  )
}

function lossOf({ original, base, current }: Texts, path: string): Loss | undefined {
  if (original.length < SHORTEST) return undefined
  const tokens = { original: count(original), base: count(base), current: count(current) }
  if (tokens.current <= tokens.base || tokens.current > tokens.original) return undefined
  const hash = createHash('sha256').update(original).digest('hex').slice(0, 12)
  return { hash, path, characters: original.length, tokens }
}

function parsed(latin1: string): unknown {
  try {
    return JSON.parse(Buffer.from(latin1, 'latin1').toString('utf8')) as unknown
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** From the bytes of a request body to what its dialect finds in them. */

import { isUtf8 } from 'node:buffer'
import { type JsonTape, scanJson } from '../json/index.ts'
import type { Dialect, Prefix, RequestFacts } from './dialect.ts'

/** A body that was understood; offsets and nodes of `facts` point into `body` and `tape`. */
export interface ReadBody {
  readonly body: Uint8Array
  readonly dialect: Dialect
  readonly tape: JsonTape
  readonly facts: RequestFacts
  /** Made when it is asked for, once: the keeper and the doctor read the same. Undefined where nothing is cached. */
  readonly prefix: Prefix | undefined
}

/**
 * @returns undefined when the body is not valid UTF-8, not valid JSON, or not of the dialect's shape: it passes untouched
 */
export function readBody(body: Uint8Array, dialect: Dialect): ReadBody | undefined {
  if (!isUtf8(body)) return undefined
  const tape = scanJson(body)
  if (tape === undefined) return undefined
  const facts = dialect.read(tape)
  if (facts === undefined) return undefined
  let prefix: Prefix | undefined
  return {
    body,
    dialect,
    tape,
    facts,
    get prefix() {
      prefix ??= dialect.prefix?.(tape)
      return prefix
    },
  }
}

/** Reads a request body: from its bytes to the facts that its dialect finds. */

import { isUtf8 } from 'node:buffer'
import { hash } from 'node:crypto'
import { deskFor } from '../hash-desk.ts'
import { endOf, type JsonTape, scanning, startOf } from '../json/index.ts'
import { atOnce, type Steps } from '../steps.ts'
import type { Dialect, Prefix, RequestFacts } from './dialect.ts'
import { type BodyHistory, type BodyMemory, type HashedPiece, historyOf } from './earlier-body.ts'
import type { KnownCalls } from './known-calls.ts'
import { failedResults } from './reading/failed-results.ts'

/** Values of a body whose prefix is found in steps, before it is asked for. A shorter one takes a few milliseconds. */
const LONG_NODES = 1 << 15

/** A body of the dialect's shape; offsets and nodes of `facts` point into `body` and `tape`. */
export interface ReadBody {
  readonly body: Uint8Array
  readonly dialect: Dialect
  readonly tape: JsonTape
  readonly facts: RequestFacts
  /**
   * Computed on first use: cache marks and prefix breaks share it. Undefined where the provider has no prompt cache.
   */
  readonly prefix: Prefix | undefined
  /** SHA-256 of the conversation's first words, in hexadecimal. Computed on first use: the session and its pins share it. */
  readonly opening: string
  /** The body up to a place near its end, where those hashes are known already; none without a memory of bodies. */
  readonly pieces: readonly HashedPiece[]
  /** Nodes of the tool results that report a failure, or of their calls' ids, in body order. */
  failedResults(): Steps<readonly number[]>
}

/** As `readingBody`, in one go. */
export function readBody(
  body: Uint8Array,
  dialect: Dialect,
  known?: KnownCalls,
  memory?: BodyMemory,
): ReadBody | undefined {
  return atOnce(readingBody(body, dialect, known, memory))
}

/**
 * @param known calls that earlier replies made
 * @param memory of earlier bodies; the result is the same without it
 * @returns undefined when the body is not valid UTF-8, not valid JSON, or not of the dialect's shape: it is sent
 * unchanged
 */
export function* readingBody(
  body: Uint8Array,
  dialect: Dialect,
  known?: KnownCalls,
  memory?: BodyMemory,
): Steps<ReadBody | undefined> {
  const history = historyOf(memory, body, dialect.name)
  const start = history?.start
  if (!isUtf8(start === undefined ? body : body.subarray(start.position))) return undefined
  const tape = yield* scanning(body, undefined, start)
  if (tape === undefined) return undefined
  yield
  const facts = yield* dialect.read(tape, known, history?.marking)
  if (facts === undefined) return undefined
  const pieces = history?.remember(tape) ?? []
  const read = new LazyBody({ body, dialect, tape, facts, pieces }, history)
  if (tape.length > LONG_NODES) yield* read.findingPrefix()
  return read
}

class LazyBody implements ReadBody {
  readonly body: Uint8Array
  readonly dialect: Dialect
  readonly tape: JsonTape
  readonly facts: RequestFacts
  readonly pieces: readonly HashedPiece[]
  readonly #history: BodyHistory | undefined
  #prefix: Prefix | undefined
  #opening: string | undefined

  constructor(
    { body, dialect, tape, facts, pieces }: Omit<ReadBody, 'prefix' | 'opening' | 'failedResults'>,
    history: BodyHistory | undefined,
  ) {
    this.body = body
    this.dialect = dialect
    this.tape = tape
    this.facts = facts
    this.pieces = pieces
    this.#history = history
  }

  get prefix(): Prefix | undefined {
    if (this.#prefix === undefined && this.dialect.prefix !== undefined) atOnce(this.findingPrefix())
    return this.#prefix
  }

  *findingPrefix(): Steps<void> {
    const prefix = this.dialect.prefix && (yield* this.dialect.prefix(this.tape, this.#history?.knownParts))
    if (prefix !== undefined) this.#history?.keepParts(prefix)
    this.#prefix = prefix
  }

  *failedResults(): Steps<readonly number[]> {
    const failed = yield* failedResults(this.tape, this.#history?.knownFailed)
    this.#history?.keepFailed(failed)
    return failed
  }

  get opening(): string {
    this.#opening ??= openingOf(this.body, this.tape, this.facts)
    return this.#opening
  }
}

/** Of the literals with their quotes, which separate the texts. A client escapes a text the same way on every turn. */
function openingOf(body: Uint8Array, tape: JsonTape, { session }: RequestFacts): string {
  let bytes = 0
  for (const node of session.opening) bytes += endOf(tape, node) - startOf(tape, node)
  const texts = deskFor(bytes)
  let at = 0
  for (const node of session.opening) {
    texts.set(body.subarray(startOf(tape, node), endOf(tape, node)), at)
    at += endOf(tape, node) - startOf(tape, node)
  }
  return hash('sha256', texts.subarray(0, at))
}

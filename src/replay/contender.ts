/** A participant of a replay: M2M with a profile, or a peer. */

import { BlockCache, type CompressionSettings, compressRequest, type Report, recall } from '../core/compress/index.ts'
import { type Dialect, type ReadBody, readBody } from '../core/dialect/index.ts'
import { resolveCounter, type Vocabularies } from '../core/tokenizer/index.ts'
import { countFailedDecodes, isPrefixOf } from './check/check.ts'

/** The result of a contender for one request. */
export interface Written {
  readonly original: ReadBody
  /** The original bytes themselves if nothing changed. */
  readonly body: Uint8Array
}

/** A result with its body read again; undefined when the body is no longer a request. */
export type Sent<W extends Written = Written> = W & { readonly read: ReadBody | undefined }

export interface Contender<W extends Written = Written> {
  /**
   * Does all the contender's work on one request. This call is timed.
   * @returns undefined when the body does not have the dialect's form
   */
  send(body: Uint8Array, dialect: Dialect): W | undefined
  /** Number of changed blocks that cannot be decoded to the original; absent when the contender has no decoder. */
  countFailedDecodes?(sent: Sent<W>): number
  /** Does a turn extend the one before, so that a prompt cache finds it again? */
  isExtended(earlier: W, later: W): boolean
  /** Number of requests or blocks left unchanged because of an error. */
  countFailures(sent: W): number
}

export interface OurWritten extends Written {
  readonly report: Report
}

/** The same size as in the sidecar. */
const BLOCK_CACHE_BYTES = 32 * 1024 * 1024

/** The sidecar's work on one request. */
export function createOurs(settings: CompressionSettings, vocabularies: Vocabularies): Contender<OurWritten> {
  const cache = new BlockCache(BLOCK_CACHE_BYTES)
  return {
    send(body, dialect) {
      const original = readBody(body, dialect)
      if (original === undefined) return undefined
      const counter = resolveCounter(original.facts.model, dialect.provider, vocabularies)
      const repeated = recall(cache, original)
      const { body: sent, report } = compressRequest(original, settings, counter, { cache, repeated })
      return { original, body: sent, report }
    },
    countFailedDecodes: ({ original, body, read, report }) =>
      body === original.body ? 0 : countFailedDecodes(original, read, report),
    isExtended: (earlier, later) => isPrefixOf(earlier.body, later.body),
    countFailures: ({ report }) => report.blocks.failopen + (report.outcome === 'failopen' ? 1 : 0),
  }
}

/** What takes part in a replay: M2M under a profile, or one of its peers. */

import { BlockCache, type CompressionSettings, compressRequest, type Report } from '../core/compress/index.ts'
import { type Dialect, type ReadBody, readBody } from '../core/dialect/index.ts'
import { resolveCounter, type Vocabularies } from '../core/tokenizer/index.ts'
import { countFailedDecodes, isPrefixOf } from './check/check.ts'

/** One request as it came and as it would be sent. */
export interface Sent {
  readonly original: ReadBody
  /** The very bytes of the original when nothing changed. */
  readonly body: Uint8Array
  /** `body` read; undefined when it is not a request any more. */
  readonly read: ReadBody | undefined
}

export interface Contender<S extends Sent = Sent> {
  /**
   * All that it does to one request; this is what is timed.
   * @returns undefined when the body is not of the dialect
   */
  send(body: Uint8Array, dialect: Dialect): Omit<S, 'read'> | undefined
  /** Changed blocks that do not come back; absent when the contender offers no way back. */
  countFailedDecodes?(sent: S): number
  /** Does a turn extend the one before, so that a prompt cache finds it again? */
  isExtended(earlier: S, later: S): boolean
  /** Requests or blocks that it failed on, and left as they were. */
  countFailures(sent: S): number
}

export interface OurSent extends Sent {
  readonly report: Report
}

/** As much as the sidecar's. */
const BLOCK_CACHE_BYTES = 32 * 1024 * 1024

/** The sidecar's work on one request. */
export function createOurs(settings: CompressionSettings, vocabularies: Vocabularies): Contender<OurSent> {
  const cache = new BlockCache(BLOCK_CACHE_BYTES)
  return {
    send(body, dialect) {
      const original = readBody(body, dialect)
      if (original === undefined) return undefined
      const counter = resolveCounter(original.facts.model, dialect.provider, vocabularies)
      const { body: sent, report } = compressRequest(original, settings, counter, cache)
      return { original, body: sent, report }
    },
    countFailedDecodes: ({ original, body, read, report }) =>
      body === original.body ? 0 : countFailedDecodes(original, read, report),
    isExtended: (earlier, later) => isPrefixOf(earlier.body, later.body),
    countFailures: ({ report }) => report.blocks.failopen + (report.outcome === 'failopen' ? 1 : 0),
  }
}

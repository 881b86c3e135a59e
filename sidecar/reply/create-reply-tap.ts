/** Chooses how a reply is read, by its head and its first bytes. */

import type { Dialect } from '../../src/core/dialect/index.ts'
import { isIdentity } from '../wire/content-encoding.ts'
import { rawHeader, rawHeaderList } from '../wire/headers.ts'
import { createEventTap } from './event-tap.ts'
import { looksBy } from './look.ts'
import type { ReplyTap } from './reply-tap.ts'
import { SniffingTap } from './sniffing-tap.ts'
import { WholeTap } from './whole-tap.ts'

export interface TapOptions {
  /** The request asks for a stream. */
  readonly isStreamAsked: boolean
  /** The usage of a stream is read and not passed on. */
  readonly isUsageHidden: boolean
}

/** A stream that is compressed although `identity` was asked for passes as it comes; a copy of it is read at its end. */
export function createReplyTap(dialect: Dialect, rawHeaders: readonly Buffer[], options: TapOptions): ReplyTap {
  const encoding = rawHeaderList(rawHeaders, 'content-encoding')
  const isLabelled = isStreamType(dialect, rawHeader(rawHeaders, 'content-type'))
  const look = looksBy(dialect.stream, { isLabelled, isStreamAsked: options.isStreamAsked })
  if (!isIdentity(encoding)) return new WholeTap(dialect, { encoding, look })
  const hasLength = rawHeader(rawHeaders, 'content-length') !== undefined
  const isUsageHidden = options.isUsageHidden && (isLabelled || !hasLength)
  return new SniffingTap({
    look,
    isStreamByDefault: isLabelled,
    isShortened: isUsageHidden,
    tapFor: (isStream) =>
      isStream
        ? createEventTap(dialect, { hasLength, isUsageHidden })
        : new WholeTap(dialect, { encoding, look: isNoStream }),
  })
}

function isNoStream(): boolean {
  return false
}

function isStreamType(dialect: Dialect, contentType = ''): boolean {
  return dialect.stream === 'sse' ? /^text\/event-stream\b/i.test(contentType) : /ndjson/i.test(contentType)
}

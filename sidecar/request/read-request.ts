/** Reads a call's body: whole for an LLM call that may be rewritten, decoded where possible; as a stream for all others. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CompiledPolicy } from '../../src/core/policy/index.ts'
import { type Course, settled } from '../course.ts'
import { decode, isIdentity } from '../wire/content-encoding.ts'
import { BodyStream, hasBody, readBounded } from '../wire/request-body.ts'
import type { Hold } from './held-bytes.ts'
import type { Target } from './match.ts'

export type Received = ReceivedBody | ReceivedStream

export interface ReceivedBody {
  readonly kind: 'whole'
  /** Bytes as received. */
  readonly body: Buffer
  /** Decoded content: the same bytes when the body was not encoded. Undefined when it is too large or does not decode. */
  readonly content: Uint8Array | undefined
  /** Arrival of the last byte, on the clock of `performance.now()`. */
  readonly receivedAt: number
}

export interface ReceivedStream {
  readonly kind: 'stream'
  readonly body: BodyStream | null
  /** Why an LLM call is not held: larger than what is rewritten, or no room beside others. Undefined for other calls. */
  readonly unheld: 'size' | 'memory' | undefined
  readonly receivedAt: number
}

/** @throws M2MError BODY_TOO_LARGE, CALLER_GONE */
export function* readRequest(
  req: IncomingMessage,
  res: ServerResponse,
  target: Target,
  { limits, hold }: { readonly limits: CompiledPolicy['limits']; readonly hold: Hold },
): Course<Received> {
  if (target.dialect === undefined) {
    const body = hasBody(req) ? new BodyStream(req, res) : null
    return { kind: 'stream', body, unheld: undefined, receivedAt: performance.now() }
  }
  const { maxBodyBytes: maxBytes, maxTransformBytes: maxWhole } = limits
  let hasRoom = true
  const take = (bytes: number): boolean => {
    hasRoom = hold.take(bytes)
    return hasRoom
  }
  const body = yield* readBounded(req, res, { maxBytes, maxWhole, take })
  const receivedAt = performance.now()
  if (body instanceof BodyStream) return { kind: 'stream', body, unheld: hasRoom ? 'size' : 'memory', receivedAt }
  const encoding = req.headers['content-encoding']
  const content = isIdentity(encoding) ? body : yield* settled(decode(body, encoding, maxWhole))
  return { kind: 'whole', body, content, receivedAt }
}

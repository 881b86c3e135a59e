/** Reads a call's body: whole for an LLM call, decoded where possible; as a stream for everything else. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CompiledPolicy } from '../../src/core/policy/index.ts'
import { decode } from '../wire/content-encoding.ts'
import { BodyStream, hasBody, readWhole } from '../wire/request-body.ts'
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
  readonly receivedAt: number
}

/** @throws M2MError BODY_TOO_LARGE, CALLER_GONE */
export async function readRequest(
  req: IncomingMessage,
  res: ServerResponse,
  target: Target,
  limits: CompiledPolicy['limits'],
): Promise<Received> {
  if (target.dialect === undefined) {
    return { kind: 'stream', body: hasBody(req) ? new BodyStream(req, res) : null, receivedAt: performance.now() }
  }
  const body = await readWhole(req, res, limits.maxBodyBytes)
  const receivedAt = performance.now()
  const isReadable = body.length <= limits.maxTransformBytes
  const content = isReadable ? await decode(body, req.headers['content-encoding'], limits.maxTransformBytes) : undefined
  return { kind: 'whole', body, content, receivedAt }
}

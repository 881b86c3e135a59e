/** Takes a call's body in: whole for an LLM call, decoded where it can be; as a stream for everything else. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CompiledPolicy } from '../../src/core/policy/index.ts'
import { decode } from '../wire/content-encoding.ts'
import { BodyStream, hasBody, readWhole } from '../wire/request-body.ts'
import type { Target } from './match.ts'

export interface Received {
  /** As it came. */
  readonly body: Buffer | BodyStream | null
  /** Its content, decoded: the very same bytes when it was not encoded. Absent when it passes without being read. */
  readonly content: Uint8Array | undefined
  /** When the last byte of a whole body was there, on the clock of `performance.now()`. */
  readonly receivedAt: number
}

/** From here on reading a body takes milliseconds. */
const LARGE_BYTES = 128 * 1024

/** Is the content worth a turn of its own? */
export function isLarge({ content }: Pick<Received, 'content'>): boolean {
  return content !== undefined && content.length >= LARGE_BYTES
}

/** @throws M2MError BODY_TOO_LARGE, CALLER_GONE */
export async function readRequest(
  req: IncomingMessage,
  res: ServerResponse,
  target: Target,
  limits: CompiledPolicy['limits'],
): Promise<Received> {
  if (target.dialect === undefined) {
    return { body: hasBody(req) ? new BodyStream(req, res) : null, content: undefined, receivedAt: performance.now() }
  }
  const body = await readWhole(req, res, limits.maxBodyBytes)
  const receivedAt = performance.now()
  const isReadable = body.length <= limits.maxTransformBytes
  const content = isReadable ? await decode(body, req.headers['content-encoding'], limits.maxTransformBytes) : undefined
  return { body, content, receivedAt }
}

/**
 * Compresses a batch of Anthropic messages: each of its calls gets the form that it would get by itself (PC-20). Between
 * calls other requests are served.
 */

import { type Report, sumReports } from '../../src/core/compress/index.ts'
import { type BatchedBody, joinBatch, splittingBatch } from '../../src/core/dialect/index.ts'
import type { Steps } from '../../src/core/steps.ts'
import type { Course, Wait } from '../course.ts'
import { type ArrivedCall, type CompressDeps, compress, type Outgoing } from './compress.ts'

/** Bytes of calls that are compressed in one go. */
const PIECE_BYTES = 64 * 1024

/** @throws M2MError as `compress` */
export function* compressBatch(deps: CompressDeps & { readonly bodyQueue: Wait }, call: ArrivedCall): Course<Outgoing> {
  const { received } = call
  const batch = received.kind === 'whole' ? received.content : undefined
  const bodies = batch && (yield* splittingBatch(batch))
  if (bodies === undefined || bodies.length === 0) return yield* compress(deps, call)
  const sent: Uint8Array[] = []
  const reports: Report[] = []
  let bytes = 0
  for (const batched of bodies) {
    const { body, report } = yield* compressOne(deps, call, batched)
    sent.push(body)
    if (report !== undefined) reports.push(report)
    bytes += batched.body.length
    if (bytes >= PIECE_BYTES) {
      bytes = 0
      yield deps.bodyQueue
    }
  }
  const body = joinBatch(batch as Uint8Array, bodies, sent)
  const isSame = body === batch
  const isDecoded = !isSame && received.kind === 'whole' && batch !== received.body
  return {
    body: isSame ? received.body : body,
    isDecoded,
    report: sumReports(reports),
    request: undefined,
    passthrough: call.seal === undefined ? undefined : 'signed',
  }
}

function* compressOne(
  deps: CompressDeps,
  call: ArrivedCall,
  { body }: BatchedBody,
): Steps<{ readonly body: Uint8Array; readonly report: Report | undefined }> {
  const own = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const received = { kind: 'whole', body: own, content: own, receivedAt: call.received.receivedAt } as const
  const { body: sent, report } = yield* compress(deps, { ...call, received })
  return { body: sent === own ? body : (sent as Uint8Array), report }
}

/**
 * A batch of Anthropic messages (`POST /v1/messages/batches`): `{requests: [{custom_id, params}]}`, where each `params`
 * is the body of a call of its own. A conversation that goes on in a batch needs the form that it has elsewhere, so each
 * one is read, compressed and spliced back like a body (docs/spec/compression.md, One form at every door).
 */

import { isUtf8 } from 'node:buffer'
import { childrenOf, endOf, kindOf, memberOf, scanning, splice, startOf } from '../json/index.ts'
import type { Steps } from '../steps.ts'

/** The body of one call in a batch. */
export interface BatchedBody {
  /** Its place in the batch, in bytes, `end` exclusive. */
  readonly start: number
  readonly end: number
  /** A view of the batch's bytes. */
  readonly body: Uint8Array
}

/** Batch, list, request: nothing in a `params` is recorded, which is scanned again on its own. */
const LIMITS = { maxDepth: 3, maxNodes: 1 << 20 }

/**
 * @returns the bodies in their order, without those of another shape; undefined when the body is no batch: it is sent
 * unchanged
 */
export function* splittingBatch(batch: Uint8Array): Steps<readonly BatchedBody[] | undefined> {
  const tape = isUtf8(batch) ? yield* scanning(batch, LIMITS) : undefined
  if (tape === undefined) return undefined
  const requests = memberOf(tape, 0, 'requests')
  if (kindOf(tape, requests) !== 'array') return undefined
  const bodies: BatchedBody[] = []
  for (const request of childrenOf(tape, requests)) {
    const params = memberOf(tape, request, 'params')
    if (kindOf(tape, params) !== 'object') continue
    const start = startOf(tape, params)
    const end = endOf(tape, params)
    bodies.push({ start, end, body: batch.subarray(start, end) })
  }
  return bodies
}

/**
 * @param sent a body to send for each of `bodies`, in the same order; the same object for one that did not change
 * @returns the batch to send, the same object when nothing changed
 */
export function joinBatch(batch: Uint8Array, bodies: readonly BatchedBody[], sent: readonly Uint8Array[]): Uint8Array {
  const splices = bodies.flatMap(({ start, end, body }, index) => {
    const bytes = sent[index]
    return bytes === undefined || bytes === body ? [] : [{ start, end, bytes }]
  })
  return splice(batch, splices)
}

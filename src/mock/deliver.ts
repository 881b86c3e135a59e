/** Sends a reply as its step asks: at once, byte by byte, delayed, encoded, cut short or reset. */

import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { createPartEncoder } from './encode.ts'
import type { MockReply } from './reply.ts'
import type { OpenRequest } from './request.ts'
import type { Cut, Place, Step } from './script.ts'

/** Enough time for a reader on the same machine, even in the same process. */
const RESET_AFTER_MS = 20

export interface Delivery {
  readonly reply: MockReply
  readonly step: Step
  /** `hasWaited` is set when the reader is slow. */
  readonly request: OpenRequest
  /** Written by `cut: error`. */
  readonly errorEvent: string
}

/** Resolves when the reply has ended in any way. A client that disconnects ends it early without an error. */
export async function deliver(response: ServerResponse, delivery: Delivery): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  try {
    await play(response, delivery, gone.signal)
  } catch (error) {
    if (!gone.signal.aborted) throw error
  }
}

async function play(
  response: ServerResponse,
  { reply, step, request, errorEvent }: Delivery,
  gone: AbortSignal,
): Promise<void> {
  if (await happens(response, step, { at: 'headers', gone, errorEvent })) return
  const { 'content-length': length, ...headers } = { ...reply.headers, ...step.headers }
  const isResized =
    step.encoding !== undefined || (step.cut !== undefined && step.cut.how !== 'close' && step.cut.how !== 'reset')
  response.writeHead(reply.status, {
    ...headers,
    ...(step.encoding !== undefined && { 'content-encoding': step.encoding }),
    ...(length !== undefined && !isResized && { 'content-length': length }),
  })
  response.flushHeaders()
  const encoder = createPartEncoder(step.encoding)
  let sent = 0
  for (const part of reply.parts) {
    if (await happens(response, step, { at: sent, gone, errorEvent })) return
    if (sent > 0 && step.delayMs !== undefined) await sleep(step.delayMs, undefined, { signal: gone })
    await write(response, await encoder.part(part), { step, request, gone })
    sent += 1
  }
  if (await happens(response, step, { at: sent, gone, errorEvent })) return
  response.end(await encoder.end())
}

interface Moment {
  readonly at: Place
  readonly gone: AbortSignal
  readonly errorEvent: string
}

/** Applies the pause, then the cut, of this place. Returns whether the reply has ended. */
async function happens(response: ServerResponse, step: Step, { at, gone, errorEvent }: Moment): Promise<boolean> {
  const { pause, cut } = step
  if (pause?.at === at) await (pause.ms === undefined ? forever(gone) : sleep(pause.ms, undefined, { signal: gone }))
  if (cut?.at !== at) return false
  await cutShort(response, cut.how, errorEvent)
  return true
}

async function cutShort(response: ServerResponse, how: Cut['how'], errorEvent: string): Promise<void> {
  switch (how) {
    case 'reset':
      // A reset discards the bytes that the peer has not read yet: give it time to read.
      await sleep(RESET_AFTER_MS)
      response.socket?.resetAndDestroy()
      return
    case 'close':
      response.socket?.destroySoon()
      return
    case 'end':
      response.end()
      return
    case 'error':
      response.end(errorEvent)
  }
}

async function forever(gone: AbortSignal): Promise<void> {
  if (!gone.aborted) await once(gone, 'abort')
  gone.throwIfAborted()
}

interface WriteOptions {
  readonly step: Step
  readonly request: OpenRequest
  readonly gone: AbortSignal
}

async function write(
  response: ServerResponse,
  bytes: Uint8Array | string,
  { step, request, gone }: WriteOptions,
): Promise<void> {
  if (bytes.length === 0) return
  if (step.dribble !== true) return writePart(response, bytes, { request, gone })
  for (const byte of Buffer.from(bytes)) {
    await writePart(response, Uint8Array.of(byte), { request, gone })
    await nextTurn(undefined, { signal: gone })
  }
}

async function writePart(
  response: ServerResponse,
  bytes: Uint8Array | string,
  { request, gone }: Omit<WriteOptions, 'step'>,
): Promise<void> {
  gone.throwIfAborted()
  if (response.write(bytes)) return
  request.hasWaited = true
  await once(response, 'drain', { signal: gone })
}

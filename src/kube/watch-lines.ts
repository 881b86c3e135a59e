/** The answer to a watch: one JSON value a line, for as long as the server sends; silence ends it. */

import type { Answer, Query, StreamOptions } from './client.ts'
import { type Deadline, deadline } from './deadline.ts'
import { KubeError } from './errors.ts'
import { headerOf, jsonOf, readText, requestOf, type Sending } from './send.ts'
import { errorOf } from './status.ts'

export interface WatchCall extends StreamOptions {
  readonly path: string
  readonly query: Query
  readonly silenceMs: number
  onAnswer(answer: Answer): void
}

export async function* watchLines(sending: Sending, call: WatchCall): AsyncGenerator<unknown> {
  const { path, signal, silenceMs } = call
  const name = `WATCH ${path}`
  const limit = deadline(sending.timeoutMs, signal)
  try {
    const { body } = await open(sending, call, limit)
    call.onOpen?.()
    limit.restart(silenceMs)
    yield* valuesOf(body, { name, onBytes: () => limit.restart(silenceMs) })
  } catch (error) {
    if (signal.aborted) return
    throw limit.explain(error, name)
  } finally {
    limit.abort()
  }
}

async function open(
  sending: Sending,
  { path, query, onAnswer }: WatchCall,
  limit: Deadline,
): Promise<{ body: AsyncIterable<Uint8Array> }> {
  const began = performance.now()
  let status = 0
  try {
    const connection = await limit.within(sending.transport.connect())
    const request = requestOf(sending, connection, { method: 'GET', path, query }, limit.signal)
    const reply = await connection.watches.request(request)
    status = reply.statusCode
    if (status === 200) return reply
    const text = await readText(reply.body, path)
    const retryAfter = headerOf(reply.headers, 'retry-after')
    throw errorOf({ call: `WATCH ${path}`, status, retryAfter, body: jsonOf(text) ?? text })
  } finally {
    onAnswer({ method: 'WATCH', status, ms: performance.now() - began })
  }
}

/** An object has at most 1.5 MB in etcd; an event is one object. */
const MAX_LINE_BYTES = 16 * 1024 * 1024

const LINE_FEED = 10

/** @throws KubeError `Malformed` for a line that is no JSON, and for a last one that does not end */
export async function* valuesOf(
  body: AsyncIterable<Uint8Array>,
  { name, onBytes }: { name: string; onBytes: () => void },
): AsyncGenerator<unknown> {
  let begun: Uint8Array[] = []
  let begunBytes = 0
  for await (const chunk of body) {
    onBytes()
    let from = 0
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      const line = Buffer.concat([...begun, chunk.subarray(from, end)])
      begun = []
      begunBytes = 0
      from = end + 1
      if (line.length > 0) yield jsonLine(line, name)
    }
    if (from === chunk.length) continue
    begun.push(chunk.subarray(from))
    begunBytes += chunk.length - from
    if (begunBytes > MAX_LINE_BYTES) throw malformed(`${name}: a line is longer than ${MAX_LINE_BYTES} bytes`)
  }
  if (begunBytes > 0) throw malformed(`${name}: ended within a line`)
}

function jsonLine(line: Buffer, name: string): unknown {
  const value = jsonOf(line.toString('utf8'))
  if (value === undefined) throw malformed(`${name}: a line is no JSON`)
  return value
}

function malformed(message: string): KubeError {
  return new KubeError(message, { status: 0, reason: 'Malformed' })
}

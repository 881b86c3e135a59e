/** One attempt of a call: sent, answered and read within its time, or a KubeError that says what was missing. */

import type { Dispatcher } from 'undici'
import type { KubeCall, Query } from './client.ts'
import { deadline } from './deadline.ts'
import { KubeError } from './errors.ts'
import { behindFence } from './fence.ts'
import { errorOf } from './status.ts'
import type { Connection, Transport } from './transport.ts'

/** An object has at most 1.5 MB in etcd, a page of a hundred mostly less. Parsed, a body takes several times as much. */
const MAX_BODY_BYTES = 16 * 1024 * 1024

export interface Sending {
  readonly transport: Transport
  readonly userAgent: string
  readonly timeoutMs: number
}

/** @returns the body as JSON value, or as text where that is asked for; undefined: it was empty */
export async function send(sending: Sending, call: KubeCall): Promise<unknown> {
  const limit = deadline(call.timeoutMs ?? sending.timeoutMs, call.signal)
  const name = `${call.method} ${call.path}`
  try {
    const connection = await limit.within(sending.transport.connect())
    const calls = behindFence(connection.calls, call)
    const reply = await calls.request(requestOf(sending, connection, call, limit.signal))
    const text = await readText(reply.body, name)
    if (call.isText === true && reply.statusCode < 300) return text
    const body = jsonOf(text)
    if (reply.statusCode < 300) return body === undefined && text !== '' ? throwMalformed(name) : body
    throw errorOf({
      call: name,
      status: reply.statusCode,
      retryAfter: headerOf(reply.headers, 'retry-after'),
      body: body ?? text,
    })
  } catch (error) {
    throw limit.explain(error, name)
  } finally {
    limit.clear()
  }
}

export function requestOf(
  { userAgent }: Pick<Sending, 'userAgent'>,
  { origin, prefix, headers }: Connection,
  call: Pick<KubeCall, 'method' | 'path' | 'query' | 'body' | 'contentType'>,
  signal: AbortSignal,
): Dispatcher.RequestOptions {
  const hasBody = call.body !== undefined
  return {
    origin,
    path: `${prefix}${call.path}${searchOf(call.query)}`,
    method: call.method,
    headers: {
      ...headers,
      'user-agent': userAgent,
      accept: 'application/json',
      ...(hasBody ? { 'content-type': call.contentType ?? 'application/json' } : {}),
    },
    body: hasBody ? JSON.stringify(call.body) : null,
    // Time is kept here, for credentials, connection, headers and body together.
    headersTimeout: 0,
    bodyTimeout: 0,
    signal,
  }
}

function searchOf(query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  return search.size === 0 ? '' : `?${search}`
}

export async function readText(body: AsyncIterable<Uint8Array>, name: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) {
      throw new KubeError(`${name}: the answer is larger than ${MAX_BODY_BYTES} bytes`, {
        status: 0,
        reason: 'TooLarge',
      })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const malformed = { status: 0, reason: 'Malformed' } as const

function throwMalformed(name: string): never {
  throw new KubeError(`${name}: the answer is no JSON`, malformed)
}

/** Undefined for what is no JSON: a load balancer answers in HTML. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function headerOf(headers: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

/** One request as the mock received it. */

import type { IncomingMessage, ServerResponse } from 'node:http'

export interface MockRequest {
  /** Counts from 1. */
  readonly number: number
  readonly method: string
  /** As sent, query included. */
  readonly url: string
  /** Without the query. */
  readonly path: string
  /** Lower-case names. */
  readonly headers: IncomingMessage['headers']
  /** Names and values alternate, as sent. */
  readonly rawHeaders: readonly string[]
  /** As sent, transfer encoding removed and content encoding kept. */
  readonly body: Buffer
  /** The body parsed; undefined when it is not JSON. */
  readonly json: unknown
  /** Tokens that a provider would bill; 0 when the path is not an LLM call. */
  readonly tokens: number
  /** The number of its connection, from 1. */
  readonly connection: number
  /** answered: the whole reply was written to the socket; aborted: the connection closed before. */
  readonly outcome: 'open' | 'answered' | 'aborted'
  /** A write had to wait for the reader at least once. */
  readonly hasWaited: boolean
  /** Resolves with the outcome. */
  readonly closed: Promise<'answered' | 'aborted'>
}

/** The writable view of the mock. */
export type OpenRequest = { -readonly [Name in keyof MockRequest]: MockRequest[Name] }

export interface RequestSource {
  readonly number: number
  readonly connection: number
  readonly body: Buffer
}

export function openRequest(message: IncomingMessage, response: ServerResponse, source: RequestSource): OpenRequest {
  const url = message.url ?? '/'
  const request: OpenRequest = {
    ...source,
    method: message.method ?? '',
    url,
    path: url.split('?', 1)[0] ?? url,
    headers: message.headers,
    rawHeaders: message.rawHeaders,
    json: parse(source.body),
    tokens: 0,
    outcome: 'open',
    hasWaited: false,
    closed: new Promise((resolve) => {
      response.once('close', () => {
        request.outcome = response.writableFinished ? 'answered' : 'aborted'
        resolve(request.outcome)
      })
    }),
  }
  return request
}

/** A JSON object's members; empty for any other value. */
export function asRecord(json: unknown): Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : {}
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

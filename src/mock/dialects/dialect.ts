/** What the mock knows of one dialect: how a turn, an error and a broken stream look on the wire. */

import type { Turn } from '../answer.ts'

export interface MockError {
  readonly status: number
  readonly message: string
  /** The provider's error type; default by status. */
  readonly type?: string
}

export interface MockDialect {
  isStream(request: Readonly<Record<string, unknown>>): boolean
  /** The whole reply, to be written as JSON. */
  reply(turn: Turn): unknown
  /** The streamed reply: whole framed events, in order. */
  events(turn: Turn): string[]
  /** The error envelope, to be written as JSON. */
  error(error: MockError): unknown
  /** An error inside a stream that began well. */
  errorEvent(error: MockError): string
}

/** One server-sent event with compact JSON data. */
export function sse(data: unknown, event?: string): string {
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`
}

/** What a test may ask of the mock: which reply, and how its bytes travel. */

import type { Answer } from './answer.ts'
import type { MockError } from './dialects/index.ts'
import type { MockRequest } from './request.ts'

/** A place in a reply: before its status line, or after so many of its events (a JSON reply has two halves). */
export type Place = 'headers' | number

/** One reply. Without `answer`, `error` or `raw` it is the mock's own polite answer. */
export interface Step {
  /** Said in the request's dialect, streamed when the request asks for it. */
  readonly answer?: Answer
  /** An error in the request's dialect, instead of a reply. */
  readonly error?: MockError
  /** Bytes as they are. */
  readonly raw?: RawReply
  /** Added to the reply's headers. */
  readonly headers?: Readonly<Record<string, string>>
  /** Encodes the body, event by event. */
  readonly encoding?: 'gzip' | 'deflate' | 'br' | 'zstd'
  /** One byte per write. */
  readonly dribble?: boolean
  /** Wait before each event after the first, in milliseconds. */
  readonly delayMs?: number
  /** Silence; for ever (until the client goes) without `ms`. */
  readonly pause?: { readonly at: Place; readonly ms?: number }
  readonly cut?: Cut
}

/**
 * How a reply stops short. reset: TCP RST; close: the connection ends in the middle of the body; end: the body ends as if
 * it were whole, but the rest of its events is missing; error: an error event in the dialect, then the end.
 */
export interface Cut {
  readonly at: Place
  readonly how: 'reset' | 'close' | 'end' | 'error'
}

export interface RawReply {
  /** Default 200. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** One text or byte array, or the parts to be written one by one. Default: empty. */
  readonly body?: string | Uint8Array | Iterable<string | Uint8Array>
}

/** A reply, or a decision by the request; undefined leaves the request to the next in line. */
export type Script = Step | ((request: MockRequest) => Step | undefined | Promise<Step | undefined>)

/** A path's end (`/chat/completions`), or a test of the request. */
export type Match = string | ((request: MockRequest) => boolean)

export interface ScriptBook {
  on(match: Match, script: Script): void
  enqueue(...scripts: Script[]): void
  clear(): void
  /** Rules first, the newest before the older; then, for a model's call, the queue. */
  next(request: MockRequest, isCall: boolean): Promise<Step | undefined>
}

export function createScriptBook(): ScriptBook {
  let rules: { match: Match; script: Script }[] = []
  let queue: Script[] = []
  return {
    on: (match, script) => void rules.unshift({ match, script }),
    enqueue: (...scripts) => void queue.push(...scripts),
    clear() {
      rules = []
      queue = []
    },
    async next(request, isCall) {
      for (const { match, script } of rules) {
        const step = matches(match, request) ? await decide(script, request) : undefined
        if (step !== undefined) return step
      }
      const queued = isCall ? queue.shift() : undefined
      return queued === undefined ? undefined : decide(queued, request)
    },
  }
}

function matches(match: Match, request: MockRequest): boolean {
  return typeof match === 'string' ? request.path.endsWith(match) : match(request)
}

function decide(script: Script, request: MockRequest): Promise<Step | undefined> | Step | undefined {
  return typeof script === 'function' ? script(request) : script
}

/** The script of the mock: which reply a request gets, and how its bytes are sent. */

import type { Answer } from './answer.ts'
import type { MockError } from './dialects/index.ts'
import type { MockRequest } from './request.ts'

/** A place in a reply: before its status line, or after this number of events (a JSON reply has two parts). */
export type Place = 'headers' | number

/** One reply. Without `answer`, `error` or `raw` it is the default answer of the mock. */
export interface Step {
  /** Sent in the request's dialect, as a stream when the request asks for one. */
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
  /** Sends nothing for `ms`; without `ms` until the client disconnects. */
  readonly pause?: { readonly at: Place; readonly ms?: number }
  readonly cut?: Cut
}

/**
 * How a reply is cut short. reset: TCP RST; close: the connection closes inside the body; end: the body ends regularly,
 * but its last events are missing; error: an error event in the dialect, then the end.
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

/** A reply, or a function of the request; undefined leaves the request to the next rule. */
export type Script = Step | ((request: MockRequest) => Step | undefined | Promise<Step | undefined>)

/** The end of a path (`/chat/completions`), or a test of the request. */
export type Match = string | ((request: MockRequest) => boolean)

export interface ScriptBook {
  on(match: Match, script: Script): void
  enqueue(...scripts: Script[]): void
  clear(): void
  /** Rules first, newest first; then, for an LLM call, the queue. */
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

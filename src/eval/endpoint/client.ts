/** Asks one question over HTTP: waits where the endpoint says so, and tries again a bounded number of times. */

import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, type Dispatcher, request } from 'undici'
import { type Answer, type EvalDialect, membersOf, type Prompt, type Refusable } from './dialect.ts'
import { CallFailure, refused } from './failure.ts'

export interface Endpoint {
  /**
   * @param maxTokens of the answer
   * @throws CallFailure when there is no answer
   */
  ask(prompt: Prompt, maxTokens: number): Promise<Answer>
  close(): Promise<void>
}

export interface EndpointOptions {
  readonly dialect: EvalDialect
  readonly url: string
  readonly model: string
  readonly key: string | undefined
  readonly contextTokens: number
  readonly signal: AbortSignal
  /** Told before each wait. */
  readonly onWait?: (seconds: number, reason: string) => void
  /** Waits after a failure where the endpoint names no time, in milliseconds. */
  readonly backoffMs?: readonly number[]
}

const BACKOFF_MS = [1000, 2000, 5000, 15_000, 30_000]
/** A local model may read a long prompt for minutes before its first byte. */
const REPLY_TIMEOUT_MS = 15 * 60_000
/** An endpoint that asks for more has no quota left for today. */
const LONGEST_WAIT_MS = 10 * 60_000
const LONGEST_MESSAGE = 200

export function createEndpoint(options: EndpointOptions): Endpoint {
  const agent = new Agent({ headersTimeout: REPLY_TIMEOUT_MS, bodyTimeout: REPLY_TIMEOUT_MS, connections: 1 })
  const without = new Set<Refusable>()
  const { dialect, backoffMs = BACKOFF_MS } = options

  return {
    async ask(prompt, maxTokens) {
      for (let failures = 0; ; ) {
        const { model, contextTokens } = options
        const reply = await send(agent, dialect.body(prompt, { model, maxTokens, without, contextTokens }), options)
        const answer = reply.status === 200 ? dialect.answer(reply.json) : undefined
        if (answer !== undefined) return answer
        const parameter = refusedParameter(reply, without)
        if (parameter !== undefined) without.add(parameter)
        else await wait(waitAfter(reply, backoffMs[failures++], options), reply, options)
      }
    },
    close: () => agent.destroy(),
  }
}

interface Reply {
  /** 0 where no reply came. */
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly json: unknown
  readonly error?: Error
}

async function send(agent: Agent, body: unknown, { url, dialect, key, signal }: EndpointOptions): Promise<Reply> {
  try {
    const response = await request(url, {
      dispatcher: agent,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...dialect.headers(key) },
      body: JSON.stringify(body),
      signal,
    })
    return { status: response.statusCode, headers: response.headers, json: await jsonOf(response) }
  } catch (error) {
    signal.throwIfAborted()
    return { status: 0, headers: {}, json: undefined, error: error instanceof Error ? error : new Error(String(error)) }
  }
}

async function jsonOf(response: Dispatcher.ResponseData): Promise<unknown> {
  const text = await response.body.text()
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A 400 that names a parameter of ours: some models take no temperature, others call the limit otherwise. */
function refusedParameter(reply: Reply, without: ReadonlySet<Refusable>): Refusable | undefined {
  if (reply.status !== 400) return undefined
  const said = messageOf(reply.json)
  return (['temperature', 'max_tokens'] as const).find((name) => said.includes(name) && !without.has(name))
}

/** No reply, a reply that is no answer, too many requests, or a server that fails. */
function isTemporary(status: number): boolean {
  return status === 0 || status === 200 || status === 408 || status === 429 || status >= 500
}

/**
 * How long to wait before the next try, in milliseconds: as long as the endpoint says, else `backoff`.
 * @param backoff undefined after the last try
 * @throws CallFailure when another try is of no use
 */
function waitAfter(reply: Reply, backoff: number | undefined, options: EndpointOptions): number {
  const after = String(reply.headers['retry-after'] ?? '')
  const asked = /^\d+(\.\d+)?$/.test(after) ? Number(after) * 1000 : Date.parse(after) - Date.now()
  if (!isTemporary(reply.status) || backoff === undefined || asked > LONGEST_WAIT_MS) throw failureOf(reply, options)
  return Number.isNaN(asked) ? backoff : Math.max(0, asked)
}

async function wait(ms: number, { status }: Reply, { onWait, signal }: EndpointOptions): Promise<void> {
  onWait?.(Math.ceil(ms / 1000), status === 0 ? 'no reply' : `status ${status}`)
  await sleep(ms, undefined, { signal })
}

function failureOf(reply: Reply, { url, dialect, key }: EndpointOptions): CallFailure {
  const { status, json, error } = reply
  if (status === 0) {
    const reason = printable(error?.message ?? '', key) || 'no reply'
    return new CallFailure(`cannot reach ${url}: ${reason}`, 'fatal', { cause: error })
  }
  if (status === 200) {
    const message = `the replies of ${url} are not of the API ${dialect.name}; see --endpoint and --dialect`
    return new CallFailure(message, 'fatal')
  }
  const said = printable(messageOf(json), key).slice(0, LONGEST_MESSAGE)
  return refused({ status, said, hadKey: key !== undefined }, dialect.keys)
}

/** What others said, as one line of text: without the key, which some endpoints repeat, and without escapes. */
function printable(said: string, key: string | undefined): string {
  const withoutKey = key === undefined ? said : said.replaceAll(key, '(the key)')
  return withoutKey.replace(/[\p{Cc}\s]+/gu, ' ').trim()
}

/** `{"error": {"message"}}`, or Ollama's `{"error"}`. */
function messageOf(json: unknown): string {
  const { error, message } = membersOf(json)
  const said = typeof error === 'string' ? error : (membersOf(error)['message'] ?? message)
  return typeof said === 'string' ? said : ''
}

/**
 * The traffic that two builds are compared on, always in the same order: recorded sessions turn by turn, single tool
 * outputs, recorded calls, the samples of the golden files, and last the edges, which may leave a breaker open.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { edges } from './edges.ts'
import { type Exchange, post, toolResult } from './exchange.ts'
import { asAnthropic, asResponses, type ChatSession } from './other-dialects.ts'
import type { ReplyKind } from './replies.ts'

export interface TrafficOptions {
  /** Folders of `*.jsonl` files; those that do not exist are left out. */
  readonly folders: readonly string[]
  /** Of each file, takes every so many rows. */
  readonly every: number
}

const ROOT = resolve(import.meta.dirname, '../../..')
const GOLDEN = join(ROOT, 'test/core/compress/golden')
const MODEL = 'gpt-4o'

/** The recorded traffic of this machine: M2M_CORPUS, by default ../shared/data, and the session in examples. */
export function defaultFolders(environment: NodeJS.ProcessEnv): readonly string[] {
  return [resolve(ROOT, environment['M2M_CORPUS'] ?? '../shared/data'), join(ROOT, 'examples/sessions')]
}

export function* traffic({ folders, every }: TrafficOptions): Generator<Exchange, void> {
  for (const file of folders.flatMap(jsonlFiles)) {
    for (const [number, row] of rowsOf(file).entries()) {
      if (number % every === 0) yield* exchangesOf(`${basename(file, '.jsonl')} ${number + 1}`, row, number / every)
    }
  }
  yield* goldenSamples(every)
  yield* edges()
}

type Row = Readonly<Record<string, unknown>>

/** @param turn of the rows that are taken: every third session is also played in another API */
function* exchangesOf(name: string, row: Row, turn: number): Generator<Exchange, void> {
  const { messages, text, uri, body } = row
  if (Array.isArray(messages)) {
    const session = row as unknown as ChatSession
    yield* turnsOf(name, session, '/v1/chat/completions')
    if (turn % 3 === 1) yield* turnsOf(`${name} at Anthropic`, session, '/v1/messages')
    if (turn % 3 === 2) yield* turnsOf(`${name} as responses`, session, '/v1/responses')
  } else if (typeof text === 'string') {
    yield post(name, '/v1/chat/completions', toolResult(text), 'whole')
  } else if (typeof uri === 'string' && body !== undefined) {
    const { pathname, search } = new URL(uri)
    yield post(name, pathname + search, body, isStream(body) ? 'stream' : 'whole')
  }
}

type Form = (session: ChatSession) => object

/** Path and body of a session's request, by API. */
const FORMS: Readonly<Record<string, Form>> = {
  '/v1/chat/completions': ({ tools, messages }) => ({ model: MODEL, ...(tools && { tools }), messages }),
  '/v1/messages': asAnthropic,
  '/v1/responses': asResponses,
}

/** Request n has the messages before the n-th assistant message. Every fourth asks for a stream, every ninth is refused. */
function* turnsOf(name: string, session: ChatSession, path: keyof typeof FORMS): Generator<Exchange, void> {
  for (const [index, { role }] of session.messages.entries()) {
    if (role !== 'assistant' || index === 0) continue
    const body = FORMS[path]?.({ ...session, messages: session.messages.slice(0, index) })
    const stream = index % 4 === 3 && { stream: true }
    yield post(`${name}, turn ${index}`, path, { ...body, ...stream }, replyOf(index))
  }
}

function replyOf(index: number): ReplyKind {
  if (index % 9 === 8) return 'rate-limited'
  return index % 4 === 3 ? 'stream' : 'whole'
}

/** Each sample of a format alone, as a tool's result. */
function* goldenSamples(every: number): Generator<Exchange, void> {
  const files = readdirSync(GOLDEN).filter((name) => name.endsWith('.json'))
  for (const file of files.sort()) {
    const samples = JSON.parse(readFileSync(join(GOLDEN, file), 'utf8')) as readonly {
      text?: string
      request?: string
    }[]
    for (const [number, { text, request }] of samples.entries()) {
      if (number % every !== 0) continue
      const name = `golden ${basename(file, '.json')} ${number + 1}`
      if (text !== undefined) yield post(name, '/v1/chat/completions', toolResult(text), 'whole')
      if (request !== undefined) yield post(name, '/v1/messages', Buffer.from(request), 'whole')
    }
  }
}

function jsonlFiles(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.jsonl'))
    return names.sort().map((name) => join(folder, name))
  } catch {
    return []
  }
}

function rowsOf(file: string): readonly Row[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Row)
}

function isStream(body: unknown): boolean {
  return typeof body === 'object' && body !== null && (body as { stream?: unknown }).stream === true
}

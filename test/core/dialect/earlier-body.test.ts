/** A body is read the same, whatever the memory holds of earlier bodies. */

import { serialize } from 'node:v8'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BlockCache } from '../../../src/core/compress/index.ts'
import { historyOf } from '../../../src/core/dialect/earlier-body.ts'
import {
  type BodyMemory,
  type Dialect,
  dialectByName,
  dialectForPath,
  type PrefixPart,
  type ReadBody,
  readBody,
} from '../../../src/core/dialect/index.ts'
import type { KnownCalls } from '../../../src/core/dialect/known-calls.ts'
import { atOnce } from '../../../src/core/steps.ts'
import { defaultFolders, traffic } from '../../bench/same-bytes/traffic.ts'
import { assertProperty } from '../../support/assert-property.ts'
import type { DialectFixture } from '../../support/dialect-contract.ts'
import { anthropicMessages } from './fixtures/anthropic-messages.ts'
import { ollamaChat } from './fixtures/ollama-chat.ts'
import { openaiChat } from './fixtures/openai-chat.ts'
import { openaiResponses } from './fixtures/openai-responses.ts'

/** Longer than the bytes that are the key of a memory for bodies up to twice its length. */
const LONG = `"${'a text that each turn repeats. '.repeat(1100)}"`

const MARKED = '{"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}]}'

/** Counts the bodies that were taken over in part, and those that were kept. */
class Watched implements BodyMemory {
  taken = 0
  kept = 0
  readonly #cache = new BlockCache(1 << 26)

  knownBody(key: string): ReturnType<BodyMemory['knownBody']> {
    return this.#cache.knownBody(key)
  }

  rememberBody(...body: Parameters<BodyMemory['rememberBody']>): void {
    this.kept++
    this.#cache.rememberBody(...body)
  }
}

function expectSame(body: Buffer, dialect: Dialect, memory: Watched, known?: KnownCalls): void {
  if (historyOf(memory, body, dialect.name)?.start !== undefined) memory.taken++
  const [plain, taken] = [undefined, memory].map((from) => {
    const read = readBody(body, dialect, known, from)
    return (
      read && {
        nodes: Buffer.from(read.tape.nodes.slice(0, 3 * read.tape.length).buffer).toString('hex'),
        facts: read.facts,
        prefix: read.prefix && { ...read.prefix, parts: read.prefix.parts.map(shown(read)) },
        failed: atOnce(read.failedResults()),
        opening: read.opening,
      }
    )
  })
  expect(taken).toEqual(plain)
}

/** A part with what it tells when it is asked. */
function shown({ tape }: ReadBody): (part: PrefixPart) => object {
  return (part) => ({ ...part, path: part.path, sum: part.checksumOf(tape, part.node) })
}

/** Elements of a list as JSON texts, with what stands before and behind them in the body. */
interface Source {
  readonly before: string
  readonly elements: readonly string[]
  readonly behind: string
}

function bytesOf({ before, elements, behind }: Source): Buffer {
  return Buffer.from(`${before}${elements.join(' ,\n')}${behind}`)
}

type Random = (below: number) => number

/** mulberry32: a failure is repeated by its seed. */
function createRandom(seed: number): Random {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b_79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** A session of a fixture's elements, some of them with a text that is longer than the least way between bookmarks. */
class Session {
  readonly #pool: readonly string[]
  readonly #random: Random
  readonly #list: string
  #next = 0
  source: Source

  constructor({ request, messages = 'messages' }: DialectFixture, random: Random) {
    this.#random = random
    this.#list = messages
    // Not all of them: after some there are no bookmarks.
    const pool = (request[messages] as readonly unknown[]).filter(() => random(4) > 0)
    this.#pool = pool.map((element) =>
      JSON.stringify(element).replaceAll(/(?:TAKE|KEEP|LOOK)/g, (word) => `${word} ${'and more '.repeat(random(300))}`),
    )
    const members = Object.entries(request).filter(([name]) => name !== messages)
    const split = random(members.length + 1)
    const json = (some: readonly (readonly [string, unknown])[]): string =>
      some.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join()
    const [head, tail] = [json(members.slice(0, split)), json(members.slice(split))]
    this.source = {
      before: `{${head}${head && ','}"${messages}": [`,
      elements: [`{"role":"user","content":${LONG}}`, ...this.#some(12)],
      behind: `]${tail && ','}${tail}}`,
    }
  }

  /** Mostly one after the other, so that calls come before their results. */
  #some(count: number): string[] {
    const first = this.#random(3) === 0 ? this.#random(this.#pool.length) : this.#next
    this.#next = first + count
    return Array.from({ length: count }, (_, nth) => this.#pool[(first + nth) % this.#pool.length] ?? '{}')
  }

  /** Mostly grows; now and then the client changes what it has sent. */
  step(): void {
    const { elements, behind, before } = this.source
    const at = 1 + this.#random(elements.length)
    const cut = this.#random(8) === 0 ? elements.toSpliced(at, 1 + this.#random(3), ...this.#some(1)) : elements
    this.source = { before, elements: [...cut, ...this.#some(1 + this.#random(4))], behind }
    if (this.#random(10) === 0) this.source = { ...this.source, behind: this.#changed(behind) }
    if (this.#random(8) === 0) this.source = { ...this.source, elements: [...this.source.elements, MARKED] }
    if (this.#random(20) === 0) this.source = { ...this.source, before: `{"metadata":{},${before.slice(1)}` }
  }

  #changed(behind: string): string {
    const members = [
      '"stream":true',
      '"tools":[{"name":"a","allowed_callers":["code"]},{"type":"function","function":{"name":"b","output_schema":{}}}]',
      '"thread":{"type":"continue","previous_message_id":"m"}',
      '"previous_response_id":"r"',
      `"${this.#list}":[]`,
      '"prompt_cache_key":"k"',
    ]
    const member = members[this.#random(members.length)] as string
    return this.#random(2) === 0 ? `],${member}${behind.slice(1, 2) === '}' ? '' : ','}${behind.slice(2)}` : ']}'
  }

  /** The body, now and then with one byte that is another one, is missing, or is one too many. */
  get bytes(): Buffer {
    const bytes = bytesOf(this.source)
    const at = this.#random(4) === 0 ? this.#random(bytes.length) : bytes.length - 1 - this.#random(9000)
    const other = Buffer.from([this.#random(256)])
    switch (this.#random(9)) {
      case 0:
        return bytes.subarray(0, at)
      case 1:
        return Buffer.concat([bytes.subarray(0, at), other, bytes.subarray(at + 1)])
      case 2:
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)])
      case 3:
        return Buffer.concat([bytes.subarray(0, at), other, bytes.subarray(at)])
      default:
        return bytes
    }
  }
}

const FIXTURES = [openaiChat, openaiResponses, anthropicMessages, ollamaChat]

describe.each(FIXTURES.map((fixture) => [fixture.name, fixture] as const))('%s', (name, fixture) => {
  const dialect = dialectByName(name)

  test('reads a session that grows and is edited as it would read each body alone', () => {
    const memory = new Watched()
    assertProperty(
      fc.property(fc.nat(), (seed) => {
        const random = createRandom(seed)
        const sessions = [new Session(fixture, random), new Session(fixture, random)]
        for (let turn = 0; turn < 12; turn++) {
          const session = sessions[random(2)] as Session
          session.step()
          const isDirect = random(2) === 0
          // What earlier replies said of a call may be forgotten, or be heard of later.
          const known = {
            of: (id: string) => (id.length % 2 === turn % 2 ? { tool: 't', isDirect } : undefined),
          }
          expectSame(session.bytes, dialect, memory, known)
          // Nobody asks for the parts of the longer one.
          const { source } = session
          readBody(bytesOf(source), dialect, known, memory)
          expectSame(bytesOf({ ...source, elements: source.elements.slice(0, -3) }), dialect, memory, known)
        }
      }),
      { numRuns: 60 },
    )
    expect(memory.taken).toBeGreaterThan(9)
  })

  test('takes over what is the same, and keeps nothing where nothing is new', () => {
    const memory = new Watched()
    const { source } = new Session(fixture, createRandom(7))
    const long = `{"role":"user","content":${LONG}}`
    const body = bytesOf({ ...source, elements: [long, long, '{"role":"user","content":"go"}'] })
    expectSame(body, dialect, memory)
    expect(memory).toMatchObject({ kept: 1, taken: 0 })
    expectSame(body, dialect, memory)
    expect(memory).toMatchObject({ kept: 1, taken: 1 })
    expectSame(bytesOf({ ...source, elements: [long, long, long] }), dialect, memory)
    expect(memory).toMatchObject({ kept: 1, taken: 2 })
    expectSame(bytesOf({ ...source, elements: [long, long, long, '{}'] }), dialect, memory)
    expect(memory).toMatchObject({ kept: 2, taken: 3 })
  })
})

test('a tool that is defined behind the messages decides about the results of a history that is the same', () => {
  const call = { id: 'c', type: 'function', function: { name: 'parsed', arguments: '{}' } }
  const elements = [
    `{"role":"user","content":${LONG}}`,
    JSON.stringify({ role: 'assistant', content: null, tool_calls: [call] }),
    `{"role":"tool","tool_call_id":"c","content":${LONG}}`,
    '{"role":"user","content":"go"}',
  ]
  const memory = new Watched()
  const [plain, parsed] = ['', ',"tools":[{"type":"function","function":{"name":"parsed","output_schema":{}}}]'].map(
    (tools) => bytesOf({ before: '{"messages":[', elements, behind: `]${tools}}` }),
  )
  for (const body of [plain, parsed, plain]) expectSame(body as Buffer, dialectByName('openai-chat'), memory)
  expect(memory.taken).toBe(2)
})

const NAME = 'a name '.repeat(20_000)
const call = (id: string, name: string): string =>
  `{"role":"assistant","tool_calls":[{"id":"${id}","function":{"name":"${name}"}}]}`

test.each([
  ['calls that wait for their results', `{"role":"assistant","tool_calls":[${Array(4000).fill('{}').join()}]}`, 120],
  ['a long name of a tool', call('c', NAME), 8],
  ['a long id', `${call(NAME, 'a')},{"role":"tool","tool_call_id":"${NAME}","content":"a"}`, 8],
  ['a long role', `{"role":"${NAME}"}`, 8],
])('holds no more than it says with %s', (_, element, count) => {
  const elements = [element, ...Array(count).fill(`{"role":"user","content":${LONG}}`)]
  const kept: { readonly held: number; readonly said: number }[] = []
  const memory: BodyMemory = {
    knownBody: () => undefined,
    rememberBody: (_, body, said) => kept.push({ held: serialize(body).length, said }),
  }
  readBody(
    bytesOf({ before: '{"messages":[', elements, behind: ']}' }),
    dialectByName('openai-chat'),
    undefined,
    memory,
  )
  expect(kept).toHaveLength(1)
  for (const { held, said } of kept) expect(held).toBeLessThan(said)
})

test('recorded sessions of three APIs are read as without a memory', () => {
  const memory = new Watched()
  for (const { path, body } of traffic({ folders: defaultFolders(process.env), every: 9 })) {
    const name = dialectForPath(path)
    if (body === undefined || name === undefined) continue
    const text = body.toString()
    const list = text.search(/"(?:messages|input)":\[/)
    if (list === -1) continue
    const at = text.indexOf('[', list) + 1
    const longer = `${text.slice(0, at)}{"role":"user","content":${LONG}},${text.slice(at)}`
    expectSame(Buffer.from(longer), name, memory)
  }
  expect(memory.taken).toBeGreaterThan(9)
})

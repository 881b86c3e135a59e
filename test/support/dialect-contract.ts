/** The contract of every dialect. A new one gets a line in `test/core/dialect/contract.test.ts` and a fixture. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Block,
  type DialectName,
  detectDialect,
  dialectByName,
  dialectForPath,
  dialects,
  errorReply,
  type ReadBody,
  type ReplyFacts,
  readBody,
} from '../../src/core/dialect/index.ts'
import { endOf, scanJson, startOf, textOf } from '../../src/core/json/index.ts'
import { createEventSplitter } from '../../src/core/sse/index.ts'
import { assertProperty } from './assert-property.ts'
import { nextOfAll } from './every-event.ts'
import { withReplaced } from './with-replaced.ts'

export interface DialectFixture {
  readonly name: DialectName
  readonly path: string
  /**
   * A session's request with everything the dialect has. Texts that may be compressed contain TAKE, with
   * `userText: Observations` LOOK; those that never are contain KEEP.
   */
  readonly request: Readonly<Record<string, unknown>>
  /** The member whose elements are the session's messages; undefined when there are none. */
  readonly messages: string | undefined
  /** Per block: path, kind and tool. */
  readonly blocks: readonly (readonly [path: string, kind: Block['kind'], tool?: string])[]
  /** A whole reply, and its facts. */
  readonly reply: unknown
  readonly replyFacts: ReplyFacts
  /** A whole stream with the same facts, event by event. */
  readonly stream: readonly string[]
  readonly streamFacts: ReplyFacts
}

const PROBLEM = { status: 502, code: 'UPSTREAM_CLOSED', message: 'the upstream "closed" its connection' }

export function describeDialect(fixture: DialectFixture): void {
  describe(fixture.name, () => {
    describeRequests(fixture)
    describeReplies(fixture)
    describeErrors(fixture)
  })
}

function describeRequests(fixture: DialectFixture): void {
  const dialect = dialectByName(fixture.name)
  const read = (request: unknown): ReadBody | undefined =>
    readBody(Buffer.from(JSON.stringify(request, null, 1)), dialect)

  test('has the name that the registry has for it', () => {
    expect(dialect.name).toBe(fixture.name)
  })

  test('knows its own path and no other', () => {
    expect(dialectForPath(fixture.path)).toBe(dialect)
    expect(dialects.filter((other) => other.path === fixture.path)).toEqual([dialect])
    for (const path of [`${fixture.path}/`, `${fixture.path}/count_tokens`, '/', '/v1/models', '/v1/embeddings']) {
      expect(dialectForPath(path)).toBeUndefined()
    }
  })

  test('is recognised by the shape of its request', () => {
    const tape = scanJson(Buffer.from(JSON.stringify(fixture.request)))
    expect(tape && detectDialect(tape)?.name).toBe(fixture.name)
  })

  test('finds every text that may be compressed, and no other', () => {
    const found = read(fixture.request)!
    expect(found.facts.blocks.map((block) => [block.path, block.kind, block.tool].filter(Boolean))).toEqual(
      fixture.blocks.map((block) => [...block]),
    )
    for (const block of found.facts.blocks) {
      expect(blockText(found, block)).toContain(block.kind === 'observation' ? 'LOOK' : 'TAKE')
    }
    const marks = JSON.stringify(fixture.request).match(/TAKE|LOOK/g) ?? []
    expect(found.facts.blocks).toHaveLength(marks.length)
  })

  test('bills every text, call and tool once, in body order', () => {
    const found = read(fixture.request)!
    const nodes = found.facts.billed.map(({ node }) => node)
    expect(nodes).toEqual([...new Set(nodes)].sort((a, b) => a - b))
    for (const block of found.facts.blocks) expect(nodes).toContain(block.node)
    const content = found.facts.billed
      .filter(({ what }) => what === 'content')
      .map(({ node }) => textOf(found.tape, node))
      .join('\n')
    const texts = JSON.stringify(fixture.request).match(/(?:TAKE|LOOK|KEEP text) \w+/g) ?? []
    expect(content.match(/(?:TAKE|LOOK|KEEP text) \w+/g)).toHaveLength(texts.length)
  })

  test('decides on a message by those before it only', () => {
    const { messages: name } = fixture
    if (name === undefined) return
    const messages = fixture.request[name] as unknown[]
    for (let count = 1; count <= messages.length; count++) {
      const blocks = read({ ...fixture.request, [name]: messages.slice(0, count) })!.facts.blocks
      const expected = fixture.blocks.filter(([path]) => Number(/\d+/.exec(path)?.[0]) < count)
      expect(blocks.map(({ path, kind, tool }) => [path, kind, tool].filter(Boolean))).toEqual(expected)
    }
  })

  test('passes bodies of another shape', () => {
    for (const body of [{}, [], 'text', 1, null, true]) expect(read(body)).toBeUndefined()
    expect(readBody(Buffer.from('{"model":'), dialect)).toBeUndefined()
    expect(readBody(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), dialect)).toBeUndefined()
    expect(readBody(Buffer.from(JSON.stringify(fixture.request), 'utf16le'), dialect)).toBeUndefined()
  })

  test('never throws on values of the wrong type, and finds only string literals', () => {
    assertProperty(
      fc.property(fc.nat(), fc.jsonValue(), (place, value) => {
        const found = read(withReplaced(fixture.request, place, value))
        for (const block of found?.facts.blocks ?? []) {
          expect(blockText(found!, block)).toBeTypeOf('string')
        }
        if (found !== undefined) expectBilledOnce(found)
      }),
      { numRuns: 300 },
    )
  })

  test('changes nothing whose key is given twice', () => {
    for (const member of ['role', 'type', 'content', 'text', 'output']) {
      const body = JSON.stringify(fixture.request).replaceAll(`"${member}":`, `"${member}":null,"${member}":`)
      const found = readBody(Buffer.from(body), dialect)
      const takesPart = fixture.blocks.filter(([path]) => usesMember(fixture, path, member))
      const blocks = found?.facts.blocks.map(({ path }) => path) ?? []
      for (const [path] of takesPart) expect(blocks).not.toContain(path)
    }
  })
}

const CHAT_CHOICE = '"choices":[{"index":0,"delta":{"content":"word"},"finish_reason":null}]'

/** An event of text, as each provider sends hundreds. */
const QUIET: Readonly<Record<DialectName, string>> = {
  'openai-chat': `{"id":"c","object":"chat.completion.chunk",${CHAT_CHOICE},"usage":null}`,
  'openai-completions': '{"id":"c","choices":[{"index":0,"text":"word","logprobs":null,"finish_reason":null}]}',
  'openai-responses': '{"type":"response.output_text.delta","item_id":"m","delta":"word","logprobs":[]}',
  'anthropic-messages': '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"word"}}',
  'ollama-chat': '{"model":"","message":{"role":"assistant","content":"word"},"done":false}',
  'ollama-generate': '{"model":"","response":"word","done":false}',
}

/** What stands in events with facts, and may stand anywhere else. */
const WORDS = ['error', 'usage', 'finish_reason', 'message_delta', 'tool_use', 'response.completed', 'done', '[DONE]']

/** Events that any server might send: those of the fixture, with other values and members, and what is no JSON. */
function anyEvents(fixture: DialectFixture): fc.Arbitrary<readonly string[]> {
  const reader = { event: (data: string) => found.push(data), next: nextOfAll }
  const found: string[] = []
  const splitter = createEventSplitter({ framing: dialectByName(fixture.name).stream, maxHeldBytes: 1 << 20 })
  splitter.push(Buffer.from(fixture.stream.join('')))?.read(reader)
  const word = fc.constantFrom(...WORDS)
  const value = fc.oneof(word, fc.jsonValue(), fc.constantFrom(null, true, false, { prompt_tokens: 1 }, { type: 'x' }))
  const event = fc.constantFrom(...found.filter((data) => data.startsWith('{')))
  const object = event.map((data) => JSON.parse(data) as Record<string, unknown>)
  const changed = fc.oneof(
    fc.tuple(object, fc.nat(), value).map(([fields, place, put]) => withReplaced(fields, place, put)),
    fc.tuple(object, word, value).map(([fields, key, put]) => ({ ...fields, [key]: put })),
  )
  const indent = fixture.stream[0]?.startsWith('{') ? 0 : 1
  const written = fc
    .tuple(changed, fc.constantFrom(0, indent))
    .map(([fields, space]) => JSON.stringify(fields, null, space))
  return fc.array(fc.oneof(event, written, written, word), { maxLength: 12 })
}

function describeReplies(fixture: DialectFixture): void {
  const dialect = dialectByName(fixture.name)

  test('finds each event that says something, in bytes of any form', () => {
    const form = fc.record({
      before: fc.constantFrom('', '', ': ping\n\n', 'event: error\n', '\n', 'id: "usage"\n: "error"\n'),
      eol: fc.constantFrom('\n', '\n', '\r\n'),
      isBare: fc.boolean(),
      size: fc.constantFrom(7, 300, 1 << 20),
    })
    assertProperty(
      fc.property(anyEvents(fixture), form, (events, { before, eol, isBare, size }) => {
        const expected = dialect.streamReader()
        for (const data of events) expected.event(data)
        const text = (data: string): string => {
          if (dialect.stream === 'ndjson') return `${data}${eol}`
          if (isBare && eol === '\n' && /^\{.*$/.test(data)) return `${data}\n\n`
          return `${before}data: ${data.replaceAll('\n', `${eol}data: `)}${eol}${eol}`
        }
        const bytes = Buffer.from(events.map(text).join(''))
        const splitter = createEventSplitter({ framing: dialect.stream, maxHeldBytes: 1 << 20 })
        const reader = dialect.streamReader()
        for (let at = 0; at < bytes.length; at += size) splitter.push(bytes.subarray(at, at + size))?.read(reader)
        expect(reader.facts()).toEqual(expected.facts())
        expect(reader.isEnded).toBe(expected.isEnded)
      }),
      { numRuns: 300 },
    )
  })

  test('decodes no event of text behind the first ones', () => {
    const quiet = QUIET[fixture.name]
    const reader = dialect.streamReader()
    for (let index = 0; index < 3; index++) reader.event(quiet)
    expect(reader.next(`data: ${quiet}\n\n`.repeat(3), 0)).toBeLessThan(0)
  })

  test('reads a whole reply', () => {
    expect(dialect.reply(fixture.reply)).toEqual(fixture.replyFacts)
  })

  test('reads a stream, cut anywhere', () => {
    const bytes = Buffer.from(fixture.stream.join(''))
    for (const size of [1, 5, 64, bytes.length]) {
      const splitter = createEventSplitter({ framing: dialect.stream, maxHeldBytes: 1 << 20 })
      const reader = dialect.streamReader()
      for (let at = 0; at < bytes.length; at += size) {
        splitter.push(bytes.subarray(at, at + size))?.read(reader)
      }
      expect(reader.facts()).toEqual(fixture.streamFacts)
      expect(reader.isEnded).toBe(true)
    }
  })

  test('knows that a stream which stops early has not ended', () => {
    for (let count = 0; count < fixture.stream.length; count++) {
      expect(readEvents(fixture.name, fixture.stream.slice(0, count).join('')).isEnded).toBe(false)
    }
  })

  test('never throws on a reply or an event of another shape', () => {
    assertProperty(
      fc.property(fc.nat(), fc.jsonValue(), (place, value) => {
        const reply = withReplaced(fixture.reply as Record<string, unknown>, place, value)
        expect(dialect.reply(reply)).toBeTypeOf('object')
        const reader = dialect.streamReader()
        reader.event(JSON.stringify(reply))
        reader.event(JSON.stringify(value))
        reader.event('<html>')
      }),
    )
    expect(dialect.reply(undefined)).toEqual({})
    expect(readEvents(fixture.name, 'data: <html>\n\n').facts()).toEqual({})
  })
}

function describeErrors({ name }: DialectFixture): void {
  const dialect = dialectByName(name)

  test('ends a broken stream with an event that it reads as an error', () => {
    const reader = readEvents(name, dialect.errorEvent(PROBLEM))
    expect(reader.isEnded).toBe(true)
    expect(reader.facts().error).toBeTypeOf('string')
    expect(JSON.stringify(reader.facts())).not.toContain('closed')
  })

  test('refuses in an envelope that it reads as an error', () => {
    const reply: unknown = JSON.parse(errorReply(dialect.provider, PROBLEM))
    expect(dialect.reply(reply).error).toBeTypeOf('string')
    expect(JSON.stringify(reply)).toContain(JSON.stringify(PROBLEM.message))
  })
}

function readEvents(name: DialectName, stream: string) {
  const dialect = dialectByName(name)
  const splitter = createEventSplitter({ framing: dialect.stream, maxHeldBytes: 1 << 20 })
  const reader = dialect.streamReader()
  splitter.push(Buffer.from(stream))?.read(reader)
  return reader
}

/** Nothing is billed twice, neither by itself nor inside of something else. */
function expectBilledOnce({ tape, facts }: ReadBody): void {
  let end = 0
  for (const { node } of facts.billed) {
    expect(startOf(tape, node)).toBeGreaterThanOrEqual(end)
    end = endOf(tape, node)
  }
}

/** The text between a block's offsets, decoded from the body itself. */
function blockText({ body }: ReadBody, { start, end }: Block): unknown {
  return JSON.parse(Buffer.from(body.subarray(start, end)).toString())
}

/** Does the object on the way to a block have this member? */
function usesMember(fixture: DialectFixture, path: string, member: string): boolean {
  let value: unknown = fixture.request
  for (const step of path.split(/[.[\]]+/).filter(Boolean)) {
    if (!Array.isArray(value) && typeof value === 'object' && value !== null && member in value) return true
    value = (value as Record<string, unknown>)[step]
  }
  return false
}

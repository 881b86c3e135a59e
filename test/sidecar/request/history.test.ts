/** What is remembered of a history saves time and changes nothing: neither a byte that is sent nor a figure. */

import { join } from 'node:path'
import fc from 'fast-check'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { type CompressDeps, compress } from '../../../sidecar/request/compress.ts'
import { BlockCache } from '../../../src/core/compress/index.ts'
import { type Dialect, dialectByName } from '../../../src/core/dialect/index.ts'
import { type CompiledPolicy, compilePolicy } from '../../../src/core/policy/index.ts'
import { atOnce } from '../../../src/core/steps.ts'
import { readRows, recordingOf } from '../../../src/replay/index.ts'
import { assertProperty } from '../../support/assert-property.ts'
import { compressDeps } from '../../support/compress-deps.ts'
import { corpus } from '../../support/corpus.ts'
import { noisyLog, spacedOrders } from '../../support/tool-results.ts'

type Profile = 'Safe' | 'Balanced' | 'Aggressive'

function policyOf(compression: object): CompiledPolicy {
  return compilePolicy({ compression }, { name: 'p', engineVersion: '1' })
}

/** One sidecar's compress stage; what it sent in which form is remembered by each. */
function stage(memoryBytes: number | 'none') {
  const deps = compressDeps()
  const kept = memoryBytes === 'none' ? undefined : new BlockCache(memoryBytes)
  return (body: Buffer, dialect: Dialect, policy: CompiledPolicy) => {
    const used: CompressDeps = { ...deps, blockCache: kept ?? new BlockCache(0) }
    const target = { provider: policy.providers[0]!, path: dialect.path, written: dialect.path, dialect }
    const received = { kind: 'whole', body, content: body, receivedAt: 0 } as const
    const call = { policy, headers: {}, target, seal: undefined, received, log: pino({ level: 'silent' }) }
    const { body: sent, report, passthrough } = atOnce(compress(used, call))
    return { sent: (sent as Uint8Array).toString(), report: { ...report, ms: 0 }, passthrough }
  }
}

/** Sends the bodies one after the other through a stage that remembers, one that can hold little, and one that cannot. */
function expectSame(bodies: Iterable<Uint8Array>, dialect: Dialect, policies: (nth: number) => CompiledPolicy): void {
  const [whole, small, none] = [stage(32 * 1024 * 1024), stage(40_000), stage('none')]
  let nth = 0
  for (const body of bodies) {
    const policy = policies(nth++)
    const expected = none(Buffer.from(body), dialect, policy)
    for (const remembering of [whole, small]) {
      const found = remembering(Buffer.from(body), dialect, policy)
      expect(found.sent === expected.sent, `turn ${nth} is sent with the same bytes`).toBe(true)
      expect(found).toEqual(expected)
    }
  }
}

const EXAMPLE = join(import.meta.dirname, '../../../examples/sessions/checkout-is-slow.jsonl')

/** A file and how many of its rows, so that the test takes seconds. */
const RECORDED: readonly [name: string, rows: number][] = [
  ['holmesgpt-sessions.jsonl', 2],
  ['tau-bench-airline.jsonl', 6],
  ['swe-agent-demos.jsonl', 2],
]

function expectSameRows(file: string, rows: number, compression: object): void {
  for (const row of readRows(file, rows)) {
    const recording = recordingOf(row)
    if (typeof recording === 'string') continue
    const policy = policyOf(compression)
    expectSame(recording.bodies(), recording.dialect, () => policy)
  }
}

describe.each<Profile>(['Safe', 'Balanced'])('a recorded session under %s', (profile) => {
  test('is sent and reported the same with a memory, a small one and none', () => {
    expectSameRows(EXAMPLE, 9, { profile })
    expectSameRows(EXAMPLE, 9, { profile, userText: 'Observations' })
  })

  test.for(RECORDED)('%s is, too', ([name, rows], ctx) => {
    const { file, reason } = corpus(name)
    if (file === undefined) return ctx.skip(reason)
    expectSameRows(file, rows, { profile, userText: 'Observations' })
  })
})

type Message = Record<string, unknown>

/** Texts that techniques shorten alone, by references, or not at all; some are sent more than once. */
const RESULTS = [
  spacedOrders(1, 45),
  spacedOrders(2, 45),
  spacedOrders(1, 45),
  noisyLog(3),
  Array.from({ length: 120 }, (_, i) => `src/file-${i}.ts: line ${i} of the listing`).join('\n'),
  Array.from({ length: 120 }, (_, i) => `src/file-${i + 20}.ts: line ${i + 20} of the listing`).join('\n'),
  'short',
  'a plain text that nothing shortens, long enough to be looked up. '.repeat(4),
]

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('go on' as const), with: fc.nat(RESULTS.length - 1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cut' as const), with: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('swap' as const), with: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('edit' as const), with: fc.nat(200) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('options' as const), with: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('policy' as const), with: fc.nat(4) }) },
)

const POLICIES = [
  { profile: 'Balanced' },
  { profile: 'Safe' },
  { profile: 'Balanced', mode: 'Audit' },
  { profile: 'Aggressive', minTokens: 200 },
  { mode: 'Disabled' },
].map(policyOf)

/** Members before and after the messages. */
const OPTIONS: readonly [before: Message, after: Message][] = [
  [{ model: 'gpt-4o' }, {}],
  [{ model: 'gpt-4o' }, { stream: true }],
  [{ model: 'claude-sonnet-4-5' }, { max_tokens: 9 }],
  [{ model: 'gpt-4o' }, { context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] } }],
  [{ model: 'gpt-4o' }, { tools: [{ type: 'function', function: { name: 'list', output_schema: {} } }] }],
  [{ temperature: 0, model: 'gpt-4o' }, {}],
]

interface Script {
  readonly steps: readonly { readonly do: string; readonly with: number }[]
  readonly isAnthropic: boolean
}

function* turnsOf({ steps, isAnthropic }: Script): Generator<{ body: Uint8Array; policy: CompiledPolicy }> {
  let results: readonly string[] = []
  let [before, after] = OPTIONS[0]!
  let policy = POLICIES[0]!
  for (const { do: what, with: nth } of steps) {
    results = edited(results, what, nth)
    if (what === 'options') [before, after] = OPTIONS[nth]!
    if (what === 'policy') policy = POLICIES[nth]!
    const messages = isAnthropic ? anthropicMessages(results) : chatMessages(results)
    yield { body: Buffer.from(JSON.stringify({ ...before, messages, ...after })), policy }
  }
}

function edited(results: readonly string[], what: string, nth: number): readonly string[] {
  const at = results.length === 0 ? 0 : nth % results.length
  switch (what) {
    case 'go on':
      return [...results, RESULTS[nth]!]
    case 'cut':
      return results.slice(0, nth)
    case 'swap':
      return [...results.toSpliced(at, 1), ...results.slice(at, at + 1)]
    case 'edit':
      return results.map((text, i) => (i === at ? `${text.slice(0, nth)}é` : text))
    default:
      return results
  }
}

function chatMessages(results: readonly string[]): Message[] {
  const turns = results.flatMap((content, i): Message[] => {
    const call = { id: `call_${i}`, type: 'function', function: { name: 'list', arguments: `{"page":${i}}` } }
    return [
      { role: 'assistant', content: `step ${i}`, tool_calls: [call] },
      { role: 'tool', tool_call_id: `call_${i}`, content },
    ]
  })
  return [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'go' }, ...turns]
}

/** The client marks the last two messages of the user, so that marks move with each turn. */
function anthropicMessages(results: readonly string[]): Message[] {
  const marked = (i: number): Message => (i >= results.length - 2 ? { cache_control: { type: 'ephemeral' } } : {})
  const turns = results.flatMap((content, i): Message[] => {
    const thinking = i === 1 ? [{ type: 'thinking', thinking: 'hm', signature: 's' }] : []
    const use = { type: 'tool_use', id: `toolu_${i}`, name: 'list', input: { page: i } }
    const result = { type: 'tool_result', tool_use_id: `toolu_${i}`, content, ...marked(i) }
    return [
      { role: 'assistant', content: [...thinking, use] },
      { role: 'user', content: [result] },
    ]
  })
  return [{ role: 'user', content: 'go' }, ...turns]
}

describe('a history that its client edits', () => {
  test('gets no result that was made after other forms of the results before it', () => {
    // Under Audit the second one names the first one's form, which was then never sent.
    const turns = [[0], [0, 2]].map((nths) => chatMessages(nths.map((nth) => RESULTS[nth]!)))
    const bodies = [...turns, turns[1]].map((messages) => Buffer.from(JSON.stringify({ model: 'gpt-4o', messages })))
    expectSame(bodies, dialectByName('openai-chat'), (nth) => POLICIES[nth < 2 ? 2 : 0]!)
  })

  test.for([true, false])('is sent and reported the same, whatever is remembered (Anthropic: %s)', (isAnthropic) => {
    const dialect = dialectByName(isAnthropic ? 'anthropic-messages' : 'openai-chat')
    assertProperty(
      fc.property(fc.array(step, { minLength: 2, maxLength: 14 }), (steps) => {
        const turns = [...turnsOf({ steps, isAnthropic })]
        expectSame(
          turns.map(({ body }) => body),
          dialect,
          (nth) => turns[nth]!.policy,
        )
      }),
      { numRuns: 60 },
    )
  })
})

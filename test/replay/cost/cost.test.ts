import { describe, expect, test } from 'vitest'
import { vocabularies } from '../../../src/cli/vocabularies.ts'
import { resolveModel } from '../../../src/core/model/index.ts'
import { bestCosts } from '../../../src/replay/cost/hindsight.ts'
import { compressionCosts, type MarkedCosts, markedCosts, oneShotCosts } from '../../../src/replay/cost/index.ts'
import { anthropicBody, chatBody } from '../../../src/replay/cost/shapes.ts'
import { SimReader } from '../../../src/replay/cost/sim-request.ts'

const o200k = vocabularies.get('o200k_base')

const LONG = 'You look after orders and answer briefly. '.repeat(300)

/** A session of `turns` turns, with or without a system text of its own. */
function session(name: string, turns: number, system = LONG): Uint8Array[] {
  const messages: object[] = [
    { role: 'system', content: system },
    { role: 'user', content: `Which orders of ${name} are open?` },
  ]
  return Array.from({ length: turns }, (_, turn) => {
    const body = bodyOf(messages)
    const id = `call_${turn}`
    messages.push(
      { role: 'assistant', content: null, tool_calls: [{ id, function: { name: 'find', arguments: '{"page":1}' } }] },
      { role: 'tool', tool_call_id: id, content: `${name} has order ${turn}: `.repeat(100) },
    )
    return body
  })
}

function bodyOf(messages: readonly object[]): Uint8Array {
  return Buffer.from(JSON.stringify({ model: 'm', messages }))
}

const find = (costs: readonly MarkedCosts[], rules: string, shape = 'blocks'): MarkedCosts =>
  costs.find((each) => each.rules === rules && each.shape === shape)!

describe('the cost of sessions under the simulated caches', () => {
  const sessions = ['Ann', 'Bob', 'Cem', 'Dag', 'Eve', 'Fay'].map((name) => session(name, 6))
  const marked = markedCosts(sessions, o200k)

  test.each(marked.map((costs) => [costs.rules, costs.shape, costs] as const))(
    'under %s in %s: never more than unmarked, never less than the best',
    (_, __, costs) => {
      expect(costs.as_client).toBe(costs.unmarked)
      expect(costs.as_sent).toBeLessThanOrEqual(costs.unmarked)
      expect(costs.as_sent).toBeGreaterThanOrEqual(costs.best)
      expect(costs.worst_session).toBeLessThanOrEqual(1.15)
    },
  )

  test('is less than a third of it at Anthropic, and near the best', () => {
    const { unmarked, as_sent, best } = find(marked, 'anthropic')
    expect(as_sent / unmarked).toBeLessThan(0.3)
    expect(as_sent / best).toBeLessThan(1.1)
  })

  test('is less where system text is shared in blocks than where it is a plain string', () => {
    for (const rules of ['anthropic', 'anthropic-explicit', 'openai-breakpoint']) {
      expect(find(marked, rules, 'blocks').as_sent).toBeLessThan(find(marked, rules, 'strings').as_sent)
    }
  })

  test('is at most 1.15 of it for a session that ends where it was written', () => {
    const short = markedCosts([session('Ann', 2)], o200k)
    const { worst_session } = find(short, 'anthropic')
    expect(worst_session).toBeGreaterThan(1)
    expect(worst_session).toBeLessThanOrEqual(1.15)
  })

  test('includes the cost of compression without cache marks', () => {
    const turns = session('Ann', 4).map((original) => ({
      original,
      sent: Buffer.from(Buffer.from(original).toString().replaceAll('Ann has order', 'Ann:')),
    }))
    for (const { before, after, worst_session, sessions_above } of compressionCosts([turns], o200k)) {
      expect([after < before, worst_session < 1, sessions_above]).toEqual([true, true, 0])
    }
    for (const { rules, unmarked, with_keeper } of compressionCosts([turns], o200k)) {
      const original = turns.map((turn) => turn.original)
      const alone = find(markedCosts([original], o200k), rules)
      expect([rules, unmarked, with_keeper < alone.as_sent]).toEqual([rules, alone.unmarked, true])
    }
    const lengthened = turns.map(({ original, sent }) => ({ original: sent, sent: original }))
    for (const { worst_session, sessions_above } of compressionCosts([lengthened], o200k)) {
      expect([worst_session > 1, sessions_above]).toEqual([true, 1])
    }
  })
})

describe('a load of one-shot calls', () => {
  const marked = oneShotCosts(o200k)

  test('costs at most 0.4 of the implicit mode under GPT-5.6 where instructions are in blocks', () => {
    const { unmarked, as_sent, worst_session } = find(marked, 'openai-breakpoint')
    // A hundred calls, each written whole.
    expect(unmarked / 1.25 / 100 / 6000).toBeCloseTo(1, 2)
    expect(as_sent / unmarked).toBeLessThanOrEqual(0.34)
    expect(worst_session).toBeLessThanOrEqual(1)
  })

  test('costs no more where they are a plain string', () => {
    const { unmarked, as_sent } = find(marked, 'openai-breakpoint', 'strings')
    expect(as_sent).toBeLessThanOrEqual(unmarked)
  })
})

describe('the best in hindsight', () => {
  test('writes prefixes that are read later, reads written ones, and does neither for a single request', () => {
    const reader = new SimReader(o200k)
    const requests = [session('Ann', 2), session('Bob', 1, 'be kind')]
      .flat()
      .map((body, index) => reader.read(body, 1000 * index))
    const [first, second, alone] = requests.map(({ tokens }) => tokens) as [number, number, number]
    const costs = bestCosts(requests, resolveModel('claude-sonnet-5')!.cache[0]!)
    expect(costs[0]).toBeCloseTo(1.25 * first)
    expect(costs[1]).toBeCloseTo(0.1 * first + (second - first))
    expect(costs[2]).toBe(alone)
  })
})

describe('sessions in the forms of other APIs', () => {
  const recorded = bodyOf([
    { role: 'system', content: 'be kind' },
    { role: 'user', content: 'hello' },
    { role: 'assistant', content: 'well', tool_calls: [{ id: 'a', function: { name: 'f', arguments: '{"x":1}' } }] },
    { role: 'tool', tool_call_id: 'a', content: 'one' },
    { role: 'tool', tool_call_id: 'b', content: 'two' },
  ])
  const parse = (body: Uint8Array): unknown => JSON.parse(Buffer.from(body).toString())

  test('converts them to Anthropic messages', () => {
    expect(parse(anthropicBody(recorded, 'c', 'blocks'))).toEqual({
      model: 'c',
      max_tokens: 1024,
      system: [{ type: 'text', text: 'be kind' }],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'hello' }] },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'well' },
            { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'a', content: 'one' },
            { type: 'tool_result', tool_use_id: 'b', content: 'two' },
          ],
        },
      ],
    })
    expect(parse(anthropicBody(recorded, 'c', 'strings'))).toMatchObject({
      system: 'be kind',
      messages: [{ role: 'user', content: 'hello' }, {}, {}],
    })
  })

  test('counts the same tokens in each of them', () => {
    const reader = new SimReader(o200k)
    const bodies = [recorded, chatBody(recorded, 'g', 'blocks'), anthropicBody(recorded, 'c', 'strings')]
    const tokens = bodies.map((body) => reader.read(body, 0).tokens)
    expect(new Set(tokens).size).toBe(1)
  })
})

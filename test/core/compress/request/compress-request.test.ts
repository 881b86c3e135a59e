import { describe, expect, test } from 'vitest'
import {
  BlockCache,
  type CompressionSettings,
  compressRequest,
  passthroughReport,
  techniquesOf,
} from '../../../../src/core/compress/index.ts'
import { MAX_BLOCK_BYTES } from '../../../../src/core/compress/limits.ts'
import { MAX_WORK_BYTES } from '../../../../src/core/compress/request/budget.ts'
import { dialectByName, readBody } from '../../../../src/core/dialect/index.ts'
import type { TokenCounter } from '../../../../src/core/tokenizer/index.ts'
import { approximateCounter, exactCounter, unitCounter } from '../../../support/counters.ts'
import { onlyChanged } from '../../../support/only-changed.ts'
import { chatWith, enforce, readChat, toolResultsOf } from '../requests.ts'

const ORDERS = JSON.stringify(
  [1, 2, 3, 4].map((id) => ({ id, status: 'shipped', total: id * 10 })),
  null,
  2,
)
const WAITING = 'still waiting for the pod\n'.repeat(9)
const PLAIN = 'The pod is running and nothing is wrong with it.'

function run(results: readonly string[], settings: Partial<CompressionSettings> = {}, counter = exactCounter) {
  const read = chatWith(results)
  return { read, ...compressRequest(read, { ...enforce, ...settings }, counter) }
}

/** Throws when it judges one text, counts units of any other. */
const failsOn = (text: string): TokenCounter => {
  const count = (given: string): number => {
    if (given === text) throw new Error('cannot count')
    return given.length
  }
  return { ...unitCounter, accuracy: 'approx', judges: [{ name: 'o200k_base', count }] }
}

describe('compressRequest', () => {
  test('changes tool results and no other byte', () => {
    const { read, body, report } = run([ORDERS, PLAIN, WAITING])
    const changed = onlyChanged(Buffer.from(read.body).toString(), Buffer.from(body).toString(), [
      ORDERS,
      PLAIN,
      WAITING,
    ])
    expect(changed).toEqual([
      '{"id,status,total":[\n[1,"shipped",10],\n[2,"shipped",20],\n[3,"shipped",30],\n[4,"shipped",40]]}',
      PLAIN,
      'still waiting for the pod\n[the line above 8 more times]\n',
    ])
    expect(report.outcome).toBe('compressed')
    expect(report.blocks).toEqual({ seen: 3, changed: 2, refused: 0, failopen: 0 })
    expect(report.changes).toMatchObject([
      { path: 'messages[3].content', techniques: ['columnar-json'] },
      { path: 'messages[7].content', techniques: ['repeated-lines'] },
    ])
  })

  test('reports exact tokens and bytes, and the savings of each technique', () => {
    const { read, body, report } = run([ORDERS, WAITING])
    const recount = compressRequest(readChat(body), { ...enforce, mode: 'Disabled' }, exactCounter).report
    expect(report.tokens?.sent).toBe(recount.tokens?.original)
    expect(report.bytes).toEqual({ original: read.body.length, sent: body.length })
    const byTechnique = Object.values(report.techniques).map(({ savedTokens }) => savedTokens)
    expect(byTechnique.reduce((a, b) => a + b)).toBe(report.tokens?.saved)
    expect(report.tokens?.accuracy).toBe('exact')
    expect(report.ms).toBeGreaterThan(0)
  })

  test('reports where each saving is in the order of the provider: tools and system first', () => {
    const tools = [{ name: 'find', input_schema: { type: 'object' } }]
    const system = 'You help with orders.'
    const messages = [
      { role: 'user', content: 'Which orders are there?' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'find', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: ORDERS }] },
    ]
    const changesOf = (body: object) => {
      const read = readBody(Buffer.from(JSON.stringify(body)), dialectByName('anthropic-messages')!)!
      return compressRequest(read, enforce, exactCounter).report
    }
    const { changes, tokens } = changesOf({ tools, system, messages })
    expect(changesOf({ messages, system, tools }).changes).toEqual(changes)
    expect(changes).toHaveLength(1)
    const { before, original, saved } = changes[0]!.tokens
    expect(before + original).toBe(tokens!.original)
    expect(saved).toBe(tokens!.saved)
  })

  test('counts in billed tokens of the model, as accurately as its worst part', () => {
    const tools = [{ type: 'function', function: { name: 'find', parameters: {} } }]
    const { report } = compressRequest(chatWith([ORDERS], tools), enforce, exactCounter)
    expect(report.tokens?.accuracy).toBe(exactCounter.toolsAccuracy)
    expect(run([ORDERS], {}, approximateCounter).report.tokens?.accuracy).toBe(approximateCounter.accuracy)
  })

  test('divides the saving of a block, in billed tokens, among its techniques', () => {
    const twice: TokenCounter = { ...unitCounter, accuracy: 'approx', content: (text) => 2 * text.length }
    const [billed, judged] = [twice, unitCounter].map(
      (counter) => run([`\u001b[1mOrders\u001b[0m\n${ORDERS}`], {}, counter).report,
    )
    expect(Object.keys(billed!.techniques)).toEqual(['terminal-cleanup', 'columnar-json'])
    for (const [name, { savedTokens }] of Object.entries(billed!.techniques)) {
      expect(savedTokens).toBe(2 * judged!.techniques[name]!.savedTokens)
    }
  })

  test('gives back the very same body when nothing changes', () => {
    const { read, body, report } = run([PLAIN])
    expect(body).toBe(read.body)
    expect(report).toMatchObject({ outcome: 'passthrough', tokens: { saved: 0 }, changes: [], techniques: {} })
  })

  test.each([
    ['Audit', { mode: 'Audit' }, 'audit'],
    ['a held out session', { isHeldOut: true }, 'holdout'],
    ['Disabled', { mode: 'Disabled' }, 'passthrough'],
    ['Disabled and held out', { mode: 'Disabled', isHeldOut: true }, 'passthrough'],
  ] as const)('%s changes no byte and is counted', (_name, settings, outcome) => {
    const { read, body, report } = run([ORDERS], settings)
    expect(body).toBe(read.body)
    expect(report.outcome).toBe(outcome)
    expect(report.tokens?.original).toBe(run([ORDERS]).report.tokens?.original)
  })

  test('reports in Audit the saving it did not apply, and in other modes none', () => {
    const enforced = run([ORDERS]).report
    const { outcome, ms, ...audited } = run([ORDERS], { mode: 'Audit' }).report
    expect(enforced).toMatchObject(audited)
    const heldOut = run([ORDERS], { isHeldOut: true }).report
    expect(heldOut).toMatchObject({ tokens: { saved: 0 }, changes: [], blocks: { seen: 0 } })
  })

  test('leaves results of excluded tools, and blocks below minTokens', () => {
    const excluded = run([ORDERS, ORDERS], { isExcludedTool: (name) => name === 'tool_0' })
    expect(excluded.report.changes.map(({ path }) => path)).toEqual(['messages[5].content'])
    const tokens = exactCounter.content(ORDERS)
    expect(run([ORDERS], { minTokens: tokens }).report.blocks.changed).toBe(1)
    expect(run([ORDERS], { minTokens: tokens + 1 }).report.blocks).toMatchObject({ seen: 0, changed: 0 })
  })

  test('takes observations only when asked to, and never the first user message', () => {
    const text = JSON.stringify(ORDERS)
    const read = readChat(
      `{"model":"gpt-4o","messages":[{"role":"user","content":${text}},{"role":"assistant","content":"x"},{"role":"user","content":${text}}]}`,
    )
    expect(compressRequest(read, enforce, exactCounter).body).toBe(read.body)
    const { report } = compressRequest(read, { ...enforce, userText: 'Observations' }, exactCounter)
    expect(report.changes.map(({ path }) => path)).toEqual(['messages[2].content'])
  })

  test('leaves a failing block unchanged, and compresses the others', () => {
    const { body, report } = run([ORDERS, WAITING], {}, failsOn(WAITING))
    expect(toolResultsOf(body)[1]).toBe(WAITING)
    expect(report).toMatchObject({ outcome: 'compressed', blocks: { seen: 2, changed: 1, failopen: 1 } })
  })

  test('sends the body unchanged when counting fails, and reports no saving', () => {
    const broken: TokenCounter = {
      ...unitCounter,
      accuracy: 'approx',
      content: () => {
        throw new Error('no table')
      },
    }
    for (const settings of [{}, { mode: 'Audit' }, { mode: 'Disabled' }, { isHeldOut: true }] as const) {
      const { read, body, report } = run([ORDERS], settings, broken)
      expect(body).toBe(read.body)
      expect(report.tokens).toBeUndefined()
      expect(report.changes).toEqual([])
    }
    expect(run([ORDERS], {}, broken).report.outcome).toBe('failopen')
  })

  test('is a pure function', () => {
    const bodies = [0, 1].map(() => Buffer.from(run([ORDERS, WAITING, PLAIN]).body).toString())
    expect(bodies[0]).toBe(bodies[1])
  })
})

describe('the work budget', () => {
  // Compressible, and a literal of a little more than 200 KiB.
  const large = `${'still waiting for the pod, which does not come up\n'.repeat(4_000)}`
  const techniques = techniquesOf('Safe').length
  const fitting = Math.floor(MAX_WORK_BYTES / (techniques * Buffer.byteLength(JSON.stringify(large))))

  test('stops at the same block of the same request, and passes all later ones', () => {
    const results = [...Array.from({ length: fitting + 1 }, () => large), ORDERS]
    const { report } = run(results, {}, unitCounter)
    expect(report.changes.map(({ path }) => path)).toEqual(
      Array.from({ length: fitting }, (_, i) => `messages[${2 * i + 3}].content`),
    )
    expect(report.outcome).toBe('compressed')
  })

  test('does not depend on later messages', () => {
    const results = Array.from({ length: fitting + 2 }, () => large)
    const turns = [results.slice(0, -1), results].map((texts) => toolResultsOf(run(texts, {}, unitCounter).body))
    expect(turns[1]!.slice(0, -1)).toEqual(turns[0])
  })

  test('passes a block that is larger than any may be, and goes on', () => {
    const huge = 'x'.repeat(MAX_BLOCK_BYTES) + WAITING
    const { body, report } = run([huge, WAITING], {}, unitCounter)
    expect(toolResultsOf(body)[0]).toBe(huge)
    expect(report.blocks).toMatchObject({ seen: 1, changed: 1 })
  })

  test.each(['Safe', 'Balanced'] as const)('bounds the work on 100,000 tiny blocks under %s', (profile) => {
    const results = Array.from({ length: 100_000 }, (_, i) => `{"role":"tool","tool_call_id":"c${i}","content":"ok"}`)
    const read = readChat(`{"model":"gpt-4o","messages":[{"role":"user","content":"?"},${results.join(',')}]}`)
    for (const [minTokens, fewest, most] of [
      [32, 0, 0],
      [0, 1_000, 20_000],
    ] as const) {
      const { body, report } = compressRequest(read, { ...enforce, profile, minTokens }, exactCounter, {
        cache: new BlockCache(1e7),
      })
      expect(body).toBe(read.body)
      expect(report.blocks.seen).toBeGreaterThanOrEqual(fewest)
      expect(report.blocks.seen).toBeLessThanOrEqual(most)
      expect(report.tokens?.original).toBeGreaterThan(100_000)
    }
  })
})

describe('passthroughReport', () => {
  test('counts a readable body, and reports no tokens for any other', () => {
    const read = chatWith([ORDERS])
    const counted = passthroughReport({
      read,
      counter: exactCounter,
      profile: 'Safe',
      outcome: 'passthrough',
      bytes: 9,
    })
    expect(counted).toMatchObject({ model: 'gpt-4o', dialect: 'openai-chat', bytes: { original: read.body.length } })
    expect(counted.tokens?.original).toBe(run([ORDERS]).report.tokens?.original)
    const unread = passthroughReport({ profile: 'Safe', outcome: 'passthrough', bytes: 9 })
    expect(unread).toMatchObject({
      model: undefined,
      dialect: undefined,
      tokens: undefined,
      bytes: { original: 9, sent: 9 },
    })
  })
})

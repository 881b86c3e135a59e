import { describe, expect, test } from 'vitest'
import { createStatistics } from '../../../sidecar/telemetry/index.ts'
import { callSummary, otherCall, prefixBreak, report, request, withModel } from './calls.ts'

describe('statistics', () => {
  test('shows that nothing is known before the first call', () => {
    expect(createStatistics().snapshot()).toMatchObject({
      requests_total: 0,
      compression_ratio: null,
      savings_percent: null,
      avg_latency_ms: null,
      p99_latency_ms: null,
      last_calls: [],
    })
  })

  test('adds up the savings of calls, in total, by model and by technique', () => {
    const statistics = createStatistics()
    statistics.record(callSummary())
    statistics.record(withModel('gpt-4o-mini'))
    expect(statistics.snapshot()).toMatchObject({
      requests_total: 2,
      bytes_in: 8000,
      bytes_out: 5600,
      compression_ratio: 0.7,
      tokens_original: 2000,
      tokens_sent: 1400,
      tokens_saved: 600,
      savings_percent: 30,
      outcomes: { compressed: 2 },
      models: { 'gpt-4o': { requests: 1, tokens_saved: 300 }, 'gpt-4o-mini': { requests: 1, tokens_saved: 300 } },
      techniques: { 'json-minify': { blocks: 2, saved_tokens: 200 }, columns: { blocks: 2, saved_tokens: 400 } },
    })
  })

  test('adds up the worth of saved tokens, where it is known', () => {
    const statistics = createStatistics()
    expect(statistics.snapshot()).toMatchObject({ tokens_saved_weighted: null, cost_saved_usd: null })
    statistics.record(callSummary({ worth: { unknown: 'no usage' } }))
    expect(statistics.snapshot()).toMatchObject({ tokens_saved_weighted: null, cost_saved_usd: null })
    statistics.record(callSummary({ worth: { tokens: 90.4, unknown: 'no price' } }))
    expect(statistics.snapshot()).toMatchObject({ tokens_saved_weighted: 90, cost_saved_usd: null })
    statistics.record(withModel('gpt-4o-mini', { worth: { tokens: 30, usd: 0.000_004_5 } }))
    statistics.record(callSummary({ report: { ...report, outcome: 'audit' }, worth: { tokens: 1000, usd: 1 } }))
    statistics.record(callSummary({ status: 429, worth: { tokens: 1000, usd: 1 } }))
    expect(statistics.snapshot()).toMatchObject({
      tokens_saved_weighted: 120,
      cost_saved_usd: 0.000_005,
      models: {
        'gpt-4o': { tokens_saved_weighted: 90, cost_saved_usd: null },
        'gpt-4o-mini': { tokens_saved_weighted: 30, cost_saved_usd: 0.000_005 },
      },
    })
  })

  test('claims nothing for a call that was only audited', () => {
    const statistics = createStatistics()
    statistics.record(callSummary({ report: { ...report, outcome: 'audit' } }))
    expect(statistics.snapshot()).toMatchObject({
      bytes_out: 4000,
      tokens_sent: 1000,
      tokens_saved: 0,
      tokens_audited: 300,
      techniques: {},
      outcomes: { audit: 1 },
    })
  })

  test.each(['holdout', 'failopen', 'passthrough'] as const)('claims nothing for a call with outcome %s', (outcome) => {
    const statistics = createStatistics()
    statistics.record(callSummary({ report: { ...report, outcome } }))
    expect(statistics.snapshot()).toMatchObject({ tokens_saved: 0, tokens_audited: 0, savings_percent: 0 })
  })

  test('counts a call without token counts as a call, not as zero tokens', () => {
    const statistics = createStatistics()
    statistics.record(callSummary({ report: { ...report, tokens: undefined } }))
    expect(statistics.snapshot()).toMatchObject({ requests_total: 1, savings_percent: null })
    expect(statistics.snapshot().last_calls[0]).toMatchObject({ tokens_original: null, tokens_saved: null })
  })

  test('claims nothing for a call that is not billed', () => {
    const statistics = createStatistics()
    statistics.record(callSummary({ status: 429 }))
    statistics.record(callSummary({ status: 499, error: 'CALLER_GONE' }))
    expect(statistics.snapshot()).toMatchObject({ tokens_original: 0, tokens_saved: 0, techniques: {} })
    expect(statistics.snapshot().last_calls[0]).toMatchObject({ status: 499, tokens_saved: null })
  })

  test('counts a call whose caller left in the middle of the reply', () => {
    const statistics = createStatistics()
    statistics.record(callSummary({ status: 499, error: 'CALLER_GONE', firstChunkMs: 20 }))
    expect(statistics.snapshot()).toMatchObject({ tokens_saved: 300, errors_total: 1 })
  })

  test('counts other paths, streams and failures apart', () => {
    const statistics = createStatistics()
    statistics.record(otherCall())
    statistics.record(callSummary({ request: { ...request, isStream: true } }))
    statistics.record(callSummary({ status: 429 }))
    statistics.record(callSummary({ error: 'UPSTREAM_CLOSED' }))
    expect(statistics.snapshot()).toMatchObject({
      requests_total: 3,
      other_requests_total: 1,
      streaming_requests_total: 1,
      errors_total: 2,
    })
  })

  test('averages the added latency of the last 1000 calls', () => {
    const statistics = createStatistics()
    for (let i = 0; i < 500; i++) statistics.record(callSummary({ addedMs: 1000 }))
    for (let i = 1; i <= 1000; i++) statistics.record(callSummary({ addedMs: i }))
    expect(statistics.snapshot()).toMatchObject({ avg_latency_ms: 500.5, p99_latency_ms: 991 })
  })

  test('adds up sessions by group', () => {
    const statistics = createStatistics()
    const reply = { usage: { input: 1000, output: 100, cacheRead: 400 }, finishReasons: ['stop'] }
    statistics.record(callSummary({ reply }))
    statistics.record(callSummary({ reply: {}, request: { ...request, session: 'b', group: 'holdout' } }))
    statistics.record(callSummary({ status: 429, request: { ...request, session: 'c', failedResults: [1] } }))
    const { groups, groups_note } = statistics.snapshot()
    expect(groups.treated).toMatchObject({ sessions: 1, calls: 1, failed_calls: 1, tokens_sent: 700, tool_errors: 1 })
    expect(groups.treated?.finish_reasons).toEqual({ stop: 1 })
    expect(groups.treated?.cost_usd).toBeGreaterThan(0)
    expect(groups.holdout).toMatchObject({ sessions: 1, calls: 1, cost_usd: null })
    expect(groups_note).toContain('1 treated and 1 held-out')
  })

  test('adds up broken prefixes by place, whatever the index', () => {
    const statistics = createStatistics()
    expect(statistics.snapshot().prefix).toEqual({
      broken: 0,
      lost_tokens: null,
      lost_usd: null,
      changed: 0,
      places: {},
      last_breaks: [],
    })
    statistics.record(callSummary())
    statistics.record(callSummary({ prefix: prefixBreak('messages[4]', 500, 0.002) }))
    statistics.record(callSummary({ prefix: prefixBreak('messages[7]', 100) }))
    statistics.record(callSummary({ prefix: prefixBreak('system'), policy: { name: 'team-a', revision: 'another' } }))
    const { last_breaks, ...totals } = statistics.snapshot().prefix
    expect(totals).toEqual({
      broken: 3,
      lost_tokens: 600,
      lost_usd: 0.002,
      changed: 1,
      places: {
        messages: { broken: 2, lost_tokens: 600, lost_usd: 0.002 },
        system: { broken: 1, lost_tokens: null, lost_usd: null },
      },
    })
    expect(last_breaks.map(({ at }) => at)).toEqual(['system', 'messages[7]', 'messages[4]'])
    expect(last_breaks[2]).toMatchObject({ model: 'gpt-4o', session: '0123456789abcdef', lost_usd: 0.002 })
  })

  test('keeps the last 20 broken prefixes', () => {
    const statistics = createStatistics()
    for (let i = 0; i < 30; i++) statistics.record(callSummary({ prefix: prefixBreak(`messages[${i}]`) }))
    const { last_breaks } = statistics.snapshot().prefix
    expect(last_breaks).toHaveLength(20)
    expect(last_breaks[0]?.at).toBe('messages[29]')
  })

  test('has no session for a call whose body was not understood', () => {
    const statistics = createStatistics()
    expect(statistics.record(callSummary({ request: undefined }))).toBeUndefined()
    expect(statistics.snapshot().groups).toEqual({})
  })

  test('shows the last 50 calls, newest first, in numbers', () => {
    const statistics = createStatistics()
    for (let i = 0; i < 60; i++) statistics.record(callSummary({ status: 200 + i }))
    const { last_calls } = statistics.snapshot()
    expect(last_calls).toHaveLength(50)
    expect(last_calls[0]).toMatchObject({
      status: 259,
      model: 'gpt-4o',
      provider: 'openai',
      tokens_saved: 300,
      added_ms: 0.5,
    })
    expect(last_calls[49]).toMatchObject({ status: 210 })
    expect(Date.parse(last_calls[0]?.at ?? '')).not.toBeNaN()
  })

  test('counts at most 100 models separately, and keeps no invalid name', () => {
    const statistics = createStatistics()
    statistics.record(withModel('x'.repeat(1_000_000)))
    statistics.record(withModel('a\nb'))
    for (let i = 0; i < 500; i++) statistics.record(withModel(`model-${i}`))
    const { models } = statistics.snapshot()
    expect(Object.keys(models)).toHaveLength(101)
    expect(models['other']).toMatchObject({ requests: 402 })
  })
})

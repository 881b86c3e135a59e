import { pino } from 'pino'
import { beforeEach, describe, expect, test } from 'vitest'
import type { MemoryFigures } from '../../../sidecar/memory/index.ts'
import { telemetryOf } from '../../../sidecar/telemetry/create-telemetry.ts'
import { createSessions } from '../../../sidecar/telemetry/groups/sessions.ts'
import { createStatistics, type Telemetry, telemetryReference } from '../../../sidecar/telemetry/index.ts'
import { INSTRUMENTS } from '../../../sidecar/telemetry/metrics/instruments.ts'
import { createSeriesStore } from '../../../sidecar/telemetry/metrics/series.ts'
import { callSummary, chat, otherCall, prefixBreak, report, request, withModel } from './calls.ts'

let telemetry: Telemetry

beforeEach(() => {
  telemetry = telemetryOf(undefined, 'm2m-test', { statistics: createStatistics(), log: pino({ level: 'silent' }) })
})

function telemetryWith({ maxSessions }: { maxSessions: number }): Telemetry {
  const statistics = createStatistics(createSessions(() => 0, { maxSessions, idleMs: 1 }))
  const pins = (): { size: number; bytes: number } => ({ size: 30, bytes: 240 })
  const memory = (): MemoryFigures[] => [{ use: 'blocks', usedBytes: 5, limitBytes: 7 }]
  const policy = () => ({ inForce: { name: 'team-a', namespace: '', revision: 'r', hash: '' }, isStale: false })
  return telemetryOf(undefined, 'm2m-test', {
    statistics,
    log: pino({ level: 'silent' }),
    pins,
    memory,
    policy,
  })
}

function record(...summaries: ReturnType<typeof callSummary>[]): void {
  for (const summary of summaries) telemetry.begin({}, summary.dialect).end(summary)
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*\})? (\S+)$/

/** Samples by name and labels, every line checked against the text format. */
async function scrape(): Promise<Map<string, number>> {
  const samples = new Map<string, number>()
  for (const line of (await telemetry.prometheusText()).split('\n')) {
    if (line === '' || line.startsWith('# HELP ') || line.startsWith('# TYPE ') || line.startsWith('# UNIT ')) continue
    const [, name, labels, value] = SAMPLE.exec(line) ?? []
    if (name === undefined) throw new Error(`not a Prometheus sample: ${line}`)
    const key = name + (labels ?? '')
    if (samples.has(key)) throw new Error(`twice: ${key}`)
    samples.set(key, Number(value))
  }
  return samples
}

describe('metrics', () => {
  test('counts a compressed call', async () => {
    record(callSummary({ reply: { usage: { input: 700, output: 50 } } }))
    const samples = await scrape()
    const model = 'policy="team-a",provider="openai",model="gpt-4o",group="treated",accuracy="exact"'
    const genAi = 'gen_ai_operation_name="chat",gen_ai_provider_name="openai",gen_ai_request_model="gpt-4o"'
    expect(Object.fromEntries(samples)).toMatchObject({
      'm2m_requests_total{outcome="compressed",policy="team-a",provider="openai",model="gpt-4o"}': 1,
      [`m2m_tokens_original_total{${model}}`]: 1000,
      [`m2m_tokens_sent_total{${model}}`]: 700,
      [`m2m_tokens_saved_total{${model}}`]: 300,
      [`m2m_tokens_saved_weighted_total{${model}}`]: 120,
      'm2m_cost_saved_total{policy="team-a",provider="openai",model="gpt-4o"}': 0.0003,
      'm2m_bytes_original_total{provider="openai",codec="identity"}': 4000,
      'm2m_bytes_sent_total{provider="openai",codec="identity"}': 2800,
      'm2m_blocks_total{technique="columns",result="changed"}': 1,
      'm2m_blocks_total{result="refused"}': 1,
      'm2m_blocks_total{result="failopen"}': 1,
      'm2m_transform_duration_seconds_count{provider="openai"}': 1,
      'm2m_added_latency_seconds_bucket{provider="openai",le="0.00025"}': 0,
      'm2m_added_latency_seconds_bucket{provider="openai",le="0.0005"}': 1,
      'm2m_added_latency_seconds_bucket{provider="openai",le="+Inf"}': 1,
      [`gen_ai_client_token_usage_sum{${genAi},gen_ai_token_type="input"}`]: 700,
      [`gen_ai_client_token_usage_sum{${genAi},gen_ai_token_type="output"}`]: 50,
      [`gen_ai_client_operation_duration_seconds_sum{${genAi}}`]: 0.3,
    })
    expect([...samples.keys()].filter((key) => key.includes('first_chunk'))).toEqual([])
  })

  test('counts calls of many kinds in turn, each under its own labels', async () => {
    const models = Array.from({ length: 70 }, (_, i) => `model-${i}`)
    for (const _ of [1, 2]) {
      for (const model of [...models, 'undefined']) record(withModel(model))
      record(callSummary({ request: undefined }), withModel('gpt-4o', { passthrough: 'bypass' }))
      record(callSummary(), callSummary({ policy: { name: 'team-b', revision: 'abc123' } }), otherCall())
    }
    const samples = await scrape()
    const counts = (labels: string): number | undefined => samples.get(`m2m_requests_total{${labels}}`)
    const labels = 'outcome="compressed",policy="team-a",provider="openai"'
    for (const model of [...models, 'undefined']) expect(counts(`${labels},model="${model}"`)).toBe(2)
    expect(counts(`${labels},model="gpt-4o"`)).toBe(4)
    expect(counts(labels)).toBe(2)
    expect(counts('outcome="compressed",policy="team-b",provider="openai",model="gpt-4o"')).toBe(2)
    expect(counts('outcome="passthrough",policy="team-a",provider="openai"')).toBe(2)
    expect(samples.get('m2m_passthrough_total{reason="bypass",provider="openai"}')).toBe(2)
  })

  test('times the first chunk of a stream', async () => {
    record(callSummary({ request: { ...request, isStream: true }, firstChunkMs: 200 }))
    const [, sum] = [...(await scrape())].find(([key]) => key.includes('time_to_first_chunk_seconds_sum')) ?? []
    expect(sum).toBe(0.2)
  })

  test.each(['audit', 'holdout'] as const)('keeps the group %s apart', async (outcome) => {
    record(callSummary({ report: { ...report, outcome }, request: { ...request, group: outcome } }))
    const samples = await scrape()
    const labels = `policy="team-a",provider="openai",model="gpt-4o",group="${outcome}",accuracy="exact"`
    expect(samples.get(`m2m_tokens_sent_total{${labels}}`)).toBe(1000)
    expect(samples.get(`m2m_tokens_saved_total{${labels}}`)).toBe(outcome === 'audit' ? 300 : 0)
    expect(samples.get('m2m_bytes_sent_total{provider="openai",codec="identity"}')).toBe(4000)
    expect(samples.has('m2m_blocks_total{technique="columns",result="changed"}')).toBe(false)
    // An audit saves no money.
    expect([...samples.keys()].some((key) => key.startsWith('m2m_cost_saved'))).toBe(outcome === 'holdout')
  })

  test('leaves out an unknown worth of saved tokens', async () => {
    record(callSummary({ worth: { tokens: 90, unknown: 'no price' } }))
    record(callSummary({ worth: { unknown: 'no usage' } }))
    const names = [...(await scrape()).keys()].map((key) => key.replace(/\{.*/, ''))
    expect(names.filter((name) => name === 'm2m_tokens_saved_weighted_total')).toHaveLength(1)
    expect(names).not.toContain('m2m_cost_saved_total')
  })

  test('PC-36: counts billed calls whose tier has no known price, and claims no money for them', async () => {
    const usage = { input: 700, output: 50, cacheRead: 0 }
    const novel = callSummary({ reply: { usage, tier: 'novel' } })
    expect(novel.account).toMatchObject({ unknownTerm: 'tier', costUsd: undefined })
    record(
      novel,
      callSummary({ reply: { usage, tier: 'default' } }),
      callSummary({ status: 429, reply: { tier: 'odd' } }),
    )
    const unknown = [...(await scrape())].filter(([key]) => key.startsWith('m2m_cost_unknown'))
    expect(unknown).toEqual([['m2m_cost_unknown_total{term="tier",provider="openai",model="gpt-4o"}', 1]])
  })

  test('counts other paths without a model', async () => {
    record(otherCall())
    const samples = await scrape()
    expect(samples.get('m2m_requests_total{outcome="passthrough",policy="team-a",provider="openai"}')).toBe(1)
    expect([...samples.keys()].filter((key) => key.startsWith('gen_ai'))).toEqual([])
  })

  test('counts failed calls by reason', async () => {
    record(callSummary({ status: 429, reply: { error: 'rate_limit_error' } }))
    const [key] = [...(await scrape()).keys()].filter((one) => one.includes('operation_duration_seconds_count'))
    expect(key).toContain('error_type="rate_limit_error"')
    expect([...(await scrape()).keys()].filter((one) => one.startsWith('m2m_tokens'))).toEqual([])
  })

  test('counts reloads and shows the age of the policy', async () => {
    telemetry.reloaded(true)
    telemetry.reloaded(false)
    telemetry.reloaded(false)
    const samples = await scrape()
    expect(samples.get('m2m_config_reloads_total{result="applied"}')).toBe(1)
    expect(samples.get('m2m_config_reloads_total{result="rejected"}')).toBe(2)
    expect(samples.get('m2m_config_age_seconds')).toBeGreaterThanOrEqual(0)
  })

  test('keeps its size whatever clients call their models and providers their errors', async () => {
    record(withModel('evil"} 1\nm2m_requests_total{x="'))
    for (let i = 0; i < 5000; i++) {
      record(withModel(`model-${i % 200}`, { status: 400, reply: { error: `error-${Math.floor(i / 100)}` } }))
    }
    const samples = await scrape()
    const requests = [...samples].filter(([key]) => key.startsWith('m2m_requests_total'))
    expect(requests).toHaveLength(101)
    expect(requests.find(([key]) => key.includes('model="other"'))?.[1]).toBe(2501)
    const durations = [...samples.keys()].filter((key) => key.includes('operation_duration_seconds_count'))
    expect(durations).toHaveLength(2001)
  })

  test('counts the turns of a session when it has ended', async () => {
    telemetry = telemetryWith({ maxSessions: 1 })
    record(callSummary(), callSummary())
    expect([...(await scrape()).keys()].filter((key) => key.includes('session_turns'))).toEqual([])
    record(callSummary({ request: { ...request, session: 'another', group: 'holdout' } }))
    const samples = await scrape()
    expect(samples.get('m2m_session_turns_sum{group="treated"}')).toBe(2)
    expect(samples.get('m2m_session_turns_bucket{group="treated",le="1"}')).toBe(0)
    expect(samples.get('m2m_session_turns_bucket{group="treated",le="2"}')).toBe(1)
    expect(samples.has('m2m_session_turns_sum{group="holdout"}')).toBe(false)
  })

  test('counts tool errors by group, and sessions that got a new revision', async () => {
    const failing = { ...request, failedResults: [1, 2] }
    record(callSummary({ request: failing }), callSummary({ request: failing }))
    record(callSummary({ request: failing, policy: { name: 'team-a', revision: 'another' } }))
    const samples = await scrape()
    expect(samples.get('m2m_session_tool_errors_total{group="treated"}')).toBe(2)
    expect(samples.get('m2m_prefix_changed_total{policy="team-a",provider="openai"}')).toBe(1)
  })

  test('counts broken prefixes, and the tokens that are known to be lost', async () => {
    record(callSummary({ prefix: prefixBreak('system', 500) }), callSummary({ prefix: prefixBreak('tools[1]') }))
    const samples = await scrape()
    expect(samples.get('m2m_prefix_broken_total{policy="team-a",provider="openai"}')).toBe(2)
    expect(samples.get('m2m_prefix_lost_tokens_total{policy="team-a",provider="openai"}')).toBe(500)
  })

  test('PC-6: counts transformed input by kind and reason, and the header by its pattern', async () => {
    const removed = { kind: 'removed', reason: 'prefix_mismatch' } as const
    const other = { kind: 'other', reason: 'other' } as const
    record(callSummary({ reply: { transformations: [removed, removed, other] }, mismatchPattern: 'reserialized' }))
    record(callSummary({ reply: { transformations: [] } }))
    const samples = await scrape()
    const labels = 'provider="openai",outcome="compressed"'
    const name = 'm2m_input_transformations_total'
    expect(samples.get(`${name}{${labels},kind="removed",reason="prefix_mismatch"}`)).toBe(2)
    expect(samples.get(`${name}{${labels},kind="other",reason="other"}`)).toBe(1)
    expect(samples.get(`m2m_thinking_mismatches_total{${labels},pattern="reserialized"}`)).toBe(1)
  })

  test('counts misses of the provider’s cache by its own reason', async () => {
    const reason = 'messages_changed'
    record(callSummary({ reply: { cacheMiss: { reason, tokens: 900 } } }))
    record(callSummary({ reply: { cacheMiss: { reason } } }))
    const samples = await scrape()
    expect(samples.get(`m2m_cache_misses_total{provider="openai",reason="${reason}"}`)).toBe(2)
    expect(samples.get(`m2m_cache_missed_tokens_total{provider="openai",reason="${reason}"}`)).toBe(900)
  })

  test('PC-3: counts forms that are unknown, and how second attempts end', async () => {
    telemetry = telemetryWith({ maxSessions: 1 })
    record(callSummary({ request: { ...request, unknownForms: 2 } }), callSummary({ second: 'form' }))
    record(callSummary({ second: 'form', status: 400 }), callSummary({ second: 'marks' }))
    const samples = await scrape()
    expect(samples.get('m2m_forms_unknown_total{provider="openai"}')).toBe(2)
    for (const result of ['accepted', 'refused']) {
      expect(samples.get(`m2m_forms_second_attempts_total{provider="openai",result="${result}"}`)).toBe(1)
    }
    expect(samples.get('m2m_pins')).toBe(30)
  })

  test('serves every instrument that it lists', async () => {
    telemetry = telemetryWith({ maxSessions: 1 })
    const streamed = { ...request, isStream: true, failedResults: [1] }
    const policy = { name: 'team-a', revision: 'another' }
    record(callSummary({ prefix: prefixBreak('system', 5) }))
    const said = {
      cacheMiss: { reason: 'other', tokens: 1 },
      transformations: [{ kind: 'other', reason: 'other' }],
    } as const
    record(callSummary({ reply: said, mismatchPattern: 'other', streamEnd: 'finished' }))
    record(callSummary({ request: streamed, firstChunkMs: 1, reply: { usage: { input: 1, output: 1 } } }))
    record(callSummary({ policy }), withModel('gpt-4o', { reply: { tier: 'novel' } }))
    record(callSummary({ request: { ...request, unknownForms: 2 }, second: 'form' }))
    record(callSummary({ passthrough: 'signed' }))
    telemetry.refused('HEADER_REFUSED')
    telemetry.reloaded(true)
    const text = await telemetry.prometheusText()
    for (const name of Object.keys(INSTRUMENTS)) expect(text).toContain(`# TYPE ${name.replaceAll('.', '_')}`)
  })
})

test('has a reference page with every instrument', () => {
  const page = telemetryReference()
  for (const name of Object.keys(INSTRUMENTS)) expect(page).toContain(`| \`${name}\` |`)
  expect(page).toContain('| `m2m.outcome` |')
})

test('keeps separate figures for every telemetry', async () => {
  telemetry.begin({}, chat).end(callSummary())
  const other = telemetryOf(undefined, 'other', { statistics: createStatistics(), log: pino({ level: 'silent' }) })
  expect(await other.prometheusText()).not.toContain('m2m_requests_total{')
})

test('the memory of each use is shown although calls have filled the room for series', async () => {
  const series = createSeriesStore(60_000)
  const memory = (): MemoryFigures[] => [{ use: 'blocks', usedBytes: 5, limitBytes: 7 }]
  const log = pino({ level: 'silent' })
  telemetry = telemetryOf(undefined, 'm2m-test', { statistics: createStatistics(), log, series, memory })
  for (let n = 0; n < 100; n++) series.record('m2m.added_latency', 0.001, [`provider-${n}`])
  const samples = await scrape()
  expect(samples.get('m2m_added_latency_seconds_count{provider="other"}')).toBeGreaterThan(0)
  expect(samples.get('m2m_memory_used_bytes{use="blocks"}')).toBe(5)
  expect(samples.get('m2m_memory_limit_bytes{use="blocks"}')).toBe(7)
})

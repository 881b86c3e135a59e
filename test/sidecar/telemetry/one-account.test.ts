/** Spans, metrics, statistics, log lines and reply headers read one account of a call: their sums are the same. */

import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace'
import fc from 'fast-check'
import { pino } from 'pino'
import { beforeAll, describe, expect, test } from 'vitest'
import { createLogger } from '../../../sidecar/log.ts'
import { replyNotes } from '../../../sidecar/reply/reply-notes.ts'
import { telemetryOf } from '../../../sidecar/telemetry/create-telemetry.ts'
import { accountOf, type CallSummary, createStatistics, logCall } from '../../../sidecar/telemetry/index.ts'
import { tracingOn } from '../../../sidecar/telemetry/spans/sdk.ts'
import type { Outcome, Report } from '../../../src/core/compress/index.ts'
import { compilePolicy } from '../../../src/core/policy/index.ts'
import { callSummary, report, request } from './calls.ts'

const CALLS = 1000
const AT = new Date('2026-11-30T02:00:00Z')

interface Random {
  readonly summary: CallSummary
  /** Value of `x-m2m-tokens-saved` on the reply. */
  readonly header: number
}

const counts = fc
  .tuple(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 0, max: 5000 }))
  .map(([sent, saved]) => ({ original: sent + saved, sent, saved, accuracy: 'exact' as const }))

function reportWith(outcome: Outcome, tokens: Report['tokens']): Report {
  const saved = tokens?.saved ?? 0
  const isUnchanged = outcome !== 'compressed' && outcome !== 'audit'
  if (isUnchanged && tokens !== undefined)
    return { ...reportWith('compressed', undefined), outcome, tokens: { ...tokens, sent: tokens.original, saved: 0 } }
  return {
    ...report,
    outcome,
    tokens,
    bytes: { original: 4000, sent: 4000 - saved / 2 },
    techniques: { columns: { blocks: 1, savedTokens: saved } },
    changes: [{ path: 'm', techniques: ['columns'], tokens: { before: 0, original: tokens?.original ?? 0, saved } }],
  }
}

const endings = fc.constantFrom(
  { status: 200, error: undefined, replyStatus: 200, hasReplyBytes: true },
  { status: 200, error: 'UPSTREAM_CLOSED' as const, replyStatus: 200, hasReplyBytes: true },
  { status: 200, error: 'UPSTREAM_CLOSED' as const, replyStatus: 200, hasReplyBytes: false },
  { status: 307, error: undefined, replyStatus: 307, hasReplyBytes: true },
  { status: 429, error: undefined, replyStatus: 429, hasReplyBytes: true },
  { status: 502, error: 'UPSTREAM_UNREACHABLE' as const, replyStatus: undefined, hasReplyBytes: false },
  { status: 499, error: 'CALLER_GONE' as const, replyStatus: 200, hasReplyBytes: true },
  { status: 499, error: 'CALLER_GONE' as const, replyStatus: 200, hasReplyBytes: false },
  { status: 499, error: 'CALLER_GONE' as const, replyStatus: 429, hasReplyBytes: true },
  { status: 499, error: 'CALLER_GONE' as const, replyStatus: undefined, hasReplyBytes: false },
  { status: 503, error: 'DRAINING' as const, replyStatus: undefined, hasReplyBytes: false, isRefused: true },
)

const usages = fc.constantFrom(
  undefined,
  { input: 4000, output: 50 },
  { input: 4000, output: 50, cacheRead: 0, cacheCreation: 0 },
  { input: 4000, output: 50, cacheRead: 1500, cacheCreation: 500 },
)

const calls = fc
  .record({
    outcome: fc.constantFrom<Outcome>('compressed', 'compressed', 'audit', 'holdout', 'passthrough', 'failopen'),
    tokens: fc.option(counts, { nil: undefined, freq: 8 }),
    ending: endings,
    usage: usages,
    model: fc.constantFrom('gpt-4o', 'claude-sonnet-4-5', 'some-model'),
    replyModel: fc.constantFrom(undefined, 'gpt-4o-2024-05-13', 'gpt-4o-2024-08-06'),
    provider: fc.constantFrom('openai', 'anthropic', 'groq'),
    group: fc.constantFrom('treated' as const, 'holdout' as const, undefined),
    session: fc.integer({ min: 0, max: 50 }).map(String),
  })
  .map(({ outcome, tokens, ending, usage, model, replyModel, provider, group, session }): Random => {
    const reported = { ...reportWith(outcome, tokens), model }
    const isRead = ending.hasReplyBytes && ending.replyStatus === 200
    const reply = (isRead ? { usage, model: replyModel } : {}) as CallSummary['reply']
    const server = { name: provider, dialect: 'openai' as const, host: 'provider.test', port: 443 }
    const account = accountOf({ provider: server, report: reported, reply, parameters: undefined, at: AT, ...ending })
    const summary = {
      ...callSummary(),
      provider: server,
      request: {
        ...request,
        model,
        session,
        group: outcome === 'audit' && group !== undefined ? ('audit' as const) : group,
      },
      report: reported,
      reply,
      account,
      status: ending.status,
      error: ending.error,
    }
    return { summary, header: savedHeader(reported, ending.replyStatus ?? ending.status) }
  })

function savedHeader(reported: Report, status: number): number {
  const policy = compilePolicy({}, { name: 'p', engineVersion: '1' })
  const notes = replyNotes(policy, 'id', { report: reported })(status)
  const at = notes.indexOf('x-m2m-tokens-saved')
  return at === -1 ? 0 : Number(notes[at + 1])
}

const exporter = new InMemorySpanExporter()
const statistics = createStatistics()
const lines: { tokens_saved?: number }[] = []
const random = fc.sample(calls, { numRuns: CALLS, seed: 8 })
let samples: (readonly [name: string, labels: string, value: number])[]

beforeAll(async () => {
  const log = pino({ level: 'silent' })
  const tracing = tracingOn(new SimpleSpanProcessor({ exporter }), 'm2m-test')
  const telemetry = telemetryOf(tracing, 'm2m-test', { statistics, log })
  const access = createLogger({ level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } })
  for (const { summary } of random) {
    telemetry.begin({}, summary.dialect).end(summary)
    logCall(access, summary)
  }
  samples = (await telemetry.prometheusText()).split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^([a-z0-9_]+)(\{.*\})? (\S+)$/.exec(line) ?? []
    return name === undefined ? [] : [[name, labels, Number(value)] as const]
  })
})

/** Sum of an attribute over the spans of calls that were, or were not, only audited. */
function spanSum(attribute: string, { isAudit }: { isAudit: boolean }): number {
  return exporter
    .getFinishedSpans()
    .filter(({ attributes }) => (attributes['m2m.outcome'] === 'audit') === isAudit)
    .reduce((sum, { attributes }) => sum + Number(attributes[attribute] ?? 0), 0)
}

function metricSum(metric: string, { isAudit }: { isAudit: boolean }): number {
  return samples
    .filter(([name, labels]) => name === metric && labels.includes('group="audit"') === isAudit)
    .reduce((sum, [, , value]) => sum + value, 0)
}

const SENT = { isAudit: false }
const AUDITED = { isAudit: true }

describe(`the sums over ${CALLS} random calls`, () => {
  test('are of calls of every kind', () => {
    expect(exporter.getFinishedSpans()).toHaveLength(CALLS)
    const { outcomes, requests_total, errors_total } = statistics.snapshot()
    expect(requests_total).toBe(CALLS)
    expect(errors_total).toBeGreaterThan(CALLS / 4)
    expect(Object.keys(outcomes).sort()).toEqual([
      'audit',
      'blocked',
      'compressed',
      'failopen',
      'holdout',
      'passthrough',
    ])
  })

  test('agree on tokens saved, in spans, metrics, statistics, log lines and reply headers', () => {
    const { tokens_saved } = statistics.snapshot()
    expect(tokens_saved).toBeGreaterThan(100_000)
    expect(spanSum('m2m.tokens.saved', SENT)).toBe(tokens_saved)
    expect(metricSum('m2m_tokens_saved_total', SENT)).toBe(tokens_saved)
    expect(lines.reduce((sum, line) => sum + (line.tokens_saved ?? 0), 0)).toBe(tokens_saved)
    // A reply's head leaves before it is known whether a body follows, and whether the caller stays for it.
    const leftEarly = random.filter(({ summary: { error, account } }) => error !== undefined && !account.isBilled)
    const headers = random.reduce((sum, { header }) => sum + header, 0)
    expect(headers - leftEarly.reduce((sum, { header }) => sum + header, 0)).toBe(tokens_saved)
  })

  test('agree on tokens that an audit would have saved', () => {
    const { tokens_audited } = statistics.snapshot()
    expect(tokens_audited).toBeGreaterThan(10_000)
    expect(spanSum('m2m.tokens.saved', AUDITED)).toBe(tokens_audited)
    expect(metricSum('m2m_tokens_saved_total', AUDITED)).toBe(tokens_audited)
  })

  test.each([
    ['tokens as received', 'm2m.tokens.original', 'm2m_tokens_original_total', 'tokens_original'],
    ['tokens as sent', 'm2m.tokens.sent', 'm2m_tokens_sent_total', 'tokens_sent'],
    ['bytes as received', 'm2m.bytes.original', 'm2m_bytes_original_total', 'bytes_in'],
    ['bytes as sent', 'm2m.bytes.sent', 'm2m_bytes_sent_total', 'bytes_out'],
  ] as const)('agree on %s', (_what, attribute, metric, figure) => {
    const total = statistics.snapshot()[figure]
    expect(total).toBeGreaterThan(0)
    expect(spanSum(attribute, SENT) + spanSum(attribute, AUDITED)).toBe(total)
    expect(metricSum(metric, SENT) + metricSum(metric, AUDITED)).toBe(total)
  })

  test.for([
    [
      'the weight of saved tokens',
      'm2m.tokens.saved_weighted',
      'm2m_tokens_saved_weighted_total',
      'tokens_saved_weighted',
      0.5,
    ],
    ['USD saved', 'm2m.cost.saved_usd', 'm2m_cost_saved_total', 'cost_saved_usd', 1e-6],
  ] as const)('agree on %s', ([, attribute, metric, figure, rounding]) => {
    const total = statistics.snapshot()[figure] ?? 0
    expect(total).toBeGreaterThan(0)
    expect(Math.abs(spanSum(attribute, SENT) - total)).toBeLessThanOrEqual(rounding)
    expect(Math.abs(metricSum(metric, SENT) - total)).toBeLessThanOrEqual(rounding)
  })

  test('agree on the tokens that a technique saved', () => {
    const { techniques } = statistics.snapshot()
    expect(spanSum('m2m.technique.columns.saved_tokens', SENT)).toBe(techniques['columns']?.saved_tokens)
  })

  test('hold nothing of calls that were not billed', () => {
    const spans = exporter.getFinishedSpans()
    const unbilled = random.flatMap(({ summary }, index) => (summary.account.isBilled ? [] : [spans[index]!]))
    expect(unbilled.length).toBeGreaterThan(CALLS / 4)
    const claims = unbilled.flatMap(({ attributes }) =>
      Object.keys(attributes).filter((name) => /tokens\.|saved|cost/.test(name) && name.startsWith('m2m.')),
    )
    expect(claims).toEqual([])
  })
})

/** A call that got its whole reply. */
const answered = {
  parameters: undefined,
  at: AT,
  status: 200,
  replyStatus: 200,
  error: undefined,
  hasReplyBytes: true,
}

describe('one call', () => {
  const asked = { ...report, model: 'gpt-4o' }
  const openai = { name: 'openai' }

  test('is priced by the model that answered, not by the alias that was asked for', () => {
    const reply = { model: 'gpt-4o-2024-05-13', usage: { input: 1_000_000, output: 0 } }
    expect(accountOf({ provider: openai, report: asked, reply, ...answered })).toMatchObject({
      rates: { input: 5 },
      costUsd: 5,
    })
    expect(accountOf({ provider: openai, report: asked, reply: {}, ...answered }).rates?.input).toBe(2.5)
  })

  test.each([
    ['answered', {}, true],
    ['cut off by the provider in the middle', { error: 'UPSTREAM_CLOSED' }, true],
    ['left by its caller in the middle', { status: 499, error: 'CALLER_GONE' }, true],
    ['left by its caller before the first byte', { status: 499, error: 'CALLER_GONE', hasReplyBytes: false }, false],
    ['refused, and left by its caller', { status: 499, error: 'CALLER_GONE', replyStatus: 429 }, false],
    ['refused by the provider', { status: 429, replyStatus: 429 }, false],
    ['redirected', { status: 307, replyStatus: 307 }, false],
    ['answered without a body', { hasReplyBytes: false }, false],
    ['cut off by the provider before the first byte', { error: 'UPSTREAM_CLOSED', hasReplyBytes: false }, false],
    ['answered with an error in the body', { reply: { error: 'overloaded_error' } }, false],
    ['answered in part, with usage and an error', { reply: { error: 'api_error', usage: { input: 9 } } }, true],
    [
      'never answered',
      { status: 502, replyStatus: undefined, error: 'UPSTREAM_UNREACHABLE', hasReplyBytes: false },
      false,
    ],
  ] as const)('that was %s: billed is decided', (_how, different, isBilled) => {
    const account = accountOf({ provider: openai, report: asked, reply: {}, ...answered, ...different })
    expect([account.isBilled, account.effective !== undefined]).toEqual([isBilled, isBilled])
    expect(account.isFailed).toBe(account.errorType !== undefined)
  })
})

test('a call that several models took a part in has tokens and no price', () => {
  const provider = { name: 'anthropic', dialect: 'anthropic' as const, host: 'api.anthropic.com', port: 443 }
  const reply = { model: 'claude-sonnet-4-5', usage: { input: 4000, output: 50, cacheRead: 0, cacheCreation: 0 } }
  const call = { provider, report, ...answered }
  expect(accountOf({ ...call, reply }).costUsd).toBeGreaterThan(0)
  expect(accountOf({ ...call, reply: { ...reply, hasOtherModels: true } })).toMatchObject({
    usage: reply.usage,
    costUsd: undefined,
    rates: undefined,
  })
})

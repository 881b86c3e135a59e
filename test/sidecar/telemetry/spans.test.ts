import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace'
import { pino } from 'pino'
import { beforeEach, describe, expect, test } from 'vitest'
import { SPAN_ATTRIBUTES } from '../../../sidecar/telemetry/attributes.ts'
import { telemetryOf } from '../../../sidecar/telemetry/create-telemetry.ts'
import { createStatistics, type Telemetry } from '../../../sidecar/telemetry/index.ts'
import { tracingOn } from '../../../sidecar/telemetry/spans/sdk.ts'
import { dialectByName } from '../../../src/core/dialect/index.ts'
import { callSummary, chat, prefixBreak, report, withModel } from './calls.ts'

const exporter = new InMemorySpanExporter()
let telemetry: Telemetry

beforeEach(() => {
  exporter.reset()
  const tracing = tracingOn(new SimpleSpanProcessor({ exporter }), 'm2m-test')
  telemetry = telemetryOf(tracing, 'm2m-test', { statistics: createStatistics(), log: pino({ level: 'silent' }) })
})

function spanOf(summary = callSummary(), headers = {}): ReadableSpan {
  telemetry.begin(headers, summary.dialect).end(summary)
  const [span, ...others] = exporter.getFinishedSpans()
  if (span === undefined || others.length > 0)
    throw new Error(`expected one span, got ${others.length + (span ? 1 : 0)}`)
  return span
}

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const PARENT = 'b7ad6b7169203331'

describe('the inference span', () => {
  test('is named after operation and model, and is of kind CLIENT', () => {
    const span = spanOf()
    expect(span.name).toBe('chat gpt-4o')
    expect(span.kind).toBe(SpanKind.CLIENT)
    expect(span.status.code).toBe(SpanStatusCode.UNSET)
    expect(span.resource.attributes).toMatchObject({ 'service.name': 'm2m-test' })
  })

  test('carries the request, the reply and the saving', () => {
    const summary = callSummary({
      request: {
        model: 'gpt-4o',
        isStream: true,
        parameters: { maxTokens: 64, temperature: 0.5, topP: 0.9, seed: 7, choiceCount: 2, stopSequences: ['END'] },
        session: '0123456789abcdef',
        group: undefined,
        failedResults: [],
        unknownForms: 0,
      },
      reply: {
        id: 'resp-1',
        model: 'gpt-4o-2024-08-06',
        finishReasons: ['stop'],
        usage: { input: 700, output: 50, cacheRead: 512, cacheCreation: 0, reasoning: 20 },
      },
      firstChunkMs: 250,
      attempts: 2,
      second: undefined,
    })
    expect(spanOf(summary).attributes).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.conversation.id': '0123456789abcdef',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.request.stream': true,
      'gen_ai.request.choice.count': 2,
      'gen_ai.request.seed': 7,
      'gen_ai.request.max_tokens': 64,
      'gen_ai.request.temperature': 0.5,
      'gen_ai.request.top_p': 0.9,
      'gen_ai.request.stop_sequences': ['END'],
      'gen_ai.response.id': 'resp-1',
      'gen_ai.response.model': 'gpt-4o-2024-08-06',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.response.time_to_first_chunk': 0.25,
      'gen_ai.usage.input_tokens': 700,
      'gen_ai.usage.output_tokens': 50,
      'gen_ai.usage.cache_read.input_tokens': 512,
      'gen_ai.usage.cache_creation.input_tokens': 0,
      'gen_ai.usage.reasoning.output_tokens': 20,
      'openai.api.type': 'chat_completions',
      'server.address': 'api.openai.com',
      'server.port': 443,
      'http.response.status_code': 200,
      'm2m.policy.name': 'team-a',
      'm2m.policy.revision': 'abc123',
      'm2m.outcome': 'compressed',
      'm2m.profile': 'Safe',
      'm2m.tokens.original': 1000,
      'm2m.tokens.sent': 700,
      'm2m.tokens.saved': 300,
      'm2m.tokens.saved_ratio': 0.3,
      'm2m.tokens.saved_weighted': 120,
      'm2m.cost.saved_usd': 0.0003,
      'm2m.tokens.accuracy': 'exact',
      'm2m.bytes.original': 4000,
      'm2m.bytes.sent': 2800,
      'm2m.bytes.saved': 1200,
      'm2m.blocks.seen': 4,
      'm2m.blocks.changed': 2,
      'm2m.blocks.refused': 1,
      'm2m.blocks.failopen': 1,
      'm2m.technique.json-minify.saved_tokens': 100,
      'm2m.technique.columns.saved_tokens': 200,
      'm2m.transform.duration_ms': 0.4,
      'm2m.added_latency_ms': 0.5,
      'm2m.codec': 'identity',
      'm2m.upstream.name': 'openai',
      'm2m.attempt.number': 2,
    })
  })

  test('leaves out unknown values', () => {
    const unknown = callSummary({ request: undefined, report: undefined, provider: undefined })
    const names = Object.keys(spanOf(unknown).attributes)
    expect(names).toContain('m2m.outcome')
    expect(names.filter((name) => /tokens|cost|request|server|usage|profile/.test(name))).toEqual([])
  })

  test('carries the place of a broken prefix', () => {
    expect(spanOf(callSummary({ prefix: prefixBreak('tools[3]', 1200) })).attributes).toMatchObject({
      'm2m.prefix.broken_at': 'tools[3]',
      'm2m.prefix.lost_tokens': 1200,
    })
  })

  test('carries what the provider says of its cache and of reasoning', () => {
    const transformations = [{ kind: 'removed', reason: 'prefix_mismatch' }] as const
    const reply = { cacheMiss: { reason: 'tools_changed', tokens: 9 }, transformations }
    expect(spanOf(callSummary({ reply, mismatchPattern: 'reserialized' })).attributes).toMatchObject({
      'm2m.cache.miss_reason': 'tools_changed',
      'm2m.cache.missed_tokens': 9,
      'm2m.input_transformations': 1,
      'm2m.thinking.mismatch': 'reserialized',
    })
  })

  test('uses no name that the reference does not list', () => {
    const said = { cacheMiss: { reason: 'other', tokens: 1 }, transformations: [] }
    const reply = { usage: { input: 1 }, ...said }
    const names = Object.keys(
      spanOf(callSummary({ error: 'INTERNAL', reply, mismatchPattern: 'other', streamEnd: 'error' })).attributes,
    )
    const listed = (name: string): boolean => name in SPAN_ATTRIBUTES || /^m2m\.technique\..+\.saved_tokens$/.test(name)
    expect(names.filter((name) => !listed(name))).toEqual([])
  })

  test('distinguishes an audit from a saving', () => {
    expect(spanOf(callSummary({ report: { ...report, outcome: 'audit' } })).attributes).toMatchObject({
      'm2m.outcome': 'audit',
      'm2m.tokens.sent': 1000,
      'm2m.tokens.saved': 300,
      'm2m.bytes.saved': 0,
    })
  })

  test.each<[string, Parameters<typeof callSummary>[0], string]>([
    ['our own code', { status: 502, error: 'UPSTREAM_CLOSED', reply: { error: 'overloaded' } }, 'UPSTREAM_CLOSED'],
    ["the provider's type", { status: 429, reply: { error: 'rate_limit_error' } }, 'rate_limit_error'],
    ['the status', { status: 503 }, '503'],
    [
      'an error event in a stream that began well',
      { status: 200, reply: { error: 'overloaded_error' } },
      'overloaded_error',
    ],
    ['a caller that went away', { status: 499, error: 'CALLER_GONE' }, 'CALLER_GONE'],
  ])('says why a call failed: %s', (_name, different, type) => {
    const span = spanOf(callSummary(different))
    expect(span.attributes['error.type']).toBe(type)
    expect(span.status.code).toBe(SpanStatusCode.ERROR)
  })

  test('names providers as the conventions do, where they do', () => {
    const provider = {
      name: 'google',
      dialect: 'openai',
      host: 'generativelanguage.googleapis.com',
      port: 443,
    } as const
    expect(spanOf(callSummary({ provider })).attributes['gen_ai.provider.name']).toBe('gcp.gemini')
  })

  test('names no OpenAI API for another dialect', () => {
    const span = spanOf(callSummary({ dialect: dialectByName('anthropic-messages') }))
    expect(span.attributes['openai.api.type']).toBeUndefined()
  })

  test('bounds the values that a client may choose', () => {
    const span = spanOf(withModel('m'.repeat(100_000)))
    expect(span.name.length).toBeLessThanOrEqual(120)
    expect(String(span.attributes['gen_ai.request.model'])).toHaveLength(256)
  })
})

describe('trace context', () => {
  const traceparent = `00-${TRACE}-${PARENT}-01`

  test("continues the caller's trace and hands the span on", () => {
    const call = telemetry.begin({ traceparent, tracestate: 'vendor=1' }, chat)
    call.end(callSummary())
    const [span] = exporter.getFinishedSpans()
    expect(span?.parentSpanContext).toMatchObject({ traceId: TRACE, spanId: PARENT })
    expect(span?.spanContext().traceState?.serialize()).toBe('vendor=1')
    expect(call.traceparent).toBe(`00-${TRACE}-${span?.spanContext().spanId}-01`)
  })

  test.each([
    ['none', {}],
    ['a broken one', { traceparent: '00-zz-zz-01' }],
    ['all zeros', { traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01` }],
    ['an empty one', { traceparent: '' }],
  ])('starts a trace when the caller sent %s', (_name, headers) => {
    const span = spanOf(callSummary(), headers)
    expect(span.parentSpanContext).toBeUndefined()
    expect(span.spanContext().traceId).not.toBe(TRACE)
  })

  test('records nothing when the caller does not sample, and passes that on upstream', () => {
    const call = telemetry.begin({ traceparent: `00-${TRACE}-${PARENT}-00` }, chat)
    call.end(callSummary())
    expect(exporter.getFinishedSpans()).toEqual([])
    expect(call.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`))
  })

  test('leaves other paths alone', () => {
    const call = telemetry.begin({ traceparent }, undefined)
    expect(call.traceparent).toBeUndefined()
    call.end(callSummary())
    expect(exporter.getFinishedSpans()).toEqual([])
  })
})

test('counts a call once, however often it ends', () => {
  const statistics = createStatistics()
  const once = telemetryOf(undefined, 'm2m-test', { statistics, log: pino({ level: 'silent' }) })
  const call = once.begin({}, chat)
  call.end(callSummary())
  call.end(callSummary())
  expect(statistics.snapshot().requests_total).toBe(1)
})

test('never makes a call fail', () => {
  const statistics = {
    ...createStatistics(),
    record: () => Reflect.apply(Number.prototype.toFixed, 1, [1000]) as never,
  }
  const broken = telemetryOf(undefined, 'm2m-test', { statistics, log: pino({ level: 'silent' }) })
  expect(() => broken.begin({}, chat).end(callSummary())).not.toThrow()
})

import { describe, expect, test } from 'vitest'
import { callCost, type Rates, ratesOf, type Tariff, tariffOf } from '../../../src/core/billing/index.ts'
import type { Usage } from '../../../src/core/dialect/index.ts'
import { AT, tariff } from './tariffs.ts'

const rates: Rates = { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 }

describe('a call costs', () => {
  test.each([
    ['all input at full price', { input: 100_000, output: 0 }, 0.2],
    ['output', { input: 0, output: 100_000 }, 1],
    ['input read from the cache at its own price', { input: 100_000, output: 0, cacheRead: 50_000 }, 0.11],
    ['input written to the cache at its own price', { input: 100_000, output: 0, cacheCreation: 100_000 }, 0.25],
  ])('%s', (_what, usage, usd) => {
    expect(callCost(usage, rates)).toBeCloseTo(usd, 9)
  })

  test.each([
    ['no usage', undefined, rates],
    ['no input', { output: 1 }, rates],
    ['no output', { input: 1 }, rates],
    ['no prices', { input: 1, output: 1 }, undefined],
    ['reads without a price', { input: 10, output: 1, cacheRead: 5 }, { input: 2, output: 10 }],
    ['writes without a price', { input: 10, output: 1, cacheCreation: 5 }, { input: 2, output: 10 }],
  ])('an unknown sum with %s', (_what, usage, known) => {
    expect(callCost(usage, known)).toBeUndefined()
  })
})

const MILLION = { input: 1_000_000, output: 0 }

/** The price of a million tokens of input that are all of one kind. */
function priceOf(model: string, usage: Partial<Usage>, at?: string): number | undefined {
  const known = { ...MILLION, ...usage }
  // A million tokens would be a long prompt.
  const short: Tariff = tariff(model, at === undefined ? {} : { at: new Date(at) })
  return callCost(known, ratesOf(short, known, 1000 - known.input))
}

describe('cached tokens cost', () => {
  test.each([
    ['PC-34: Anthropic, for five minutes', 'claude-sonnet-5', { cacheCreation: 1e6 }, 2 * 1.25],
    ['PC-34: Anthropic, for an hour', 'claude-sonnet-5', { cacheCreation: 1e6, cacheCreation1h: 1e6 }, 2 * 2],
    ['PC-34: half of each', 'claude-sonnet-5', { cacheCreation: 1e6, cacheCreation1h: 5e5 }, 2 * 1.625],
    ['PC-34: OpenAI, for half an hour', 'gpt-5.6', { cacheCreation: 1e6 }, 4 * 1.25],
    ['PC-34: OpenAI, for twelve hours', 'gpt-5.6', { cacheCreation: 1e6, cacheCreation12h: 1e6 }, 4 * 2.5],
    ['free writes as input', 'gpt-4o', { cacheCreation: 1e6 }, 2.5],
    ['PC-33: reads at a tenth', 'claude-opus-5', { cacheRead: 1e6 }, 0.5],
    ['PC-33: reads at a twentieth', 'claude-opus-5-5', { cacheRead: 1e6 }, 0.2],
    ['PC-33: reads at a fortieth', 'claude-fable-5-1', { cacheRead: 1e6 }, 0.25],
    ['PC-33: reads at a fiftieth', 'deepseek-flash', { cacheRead: 1e6 }, 0.006],
    ['PC-33: reads at a twentieth of GPT-6.1', 'gpt-6.1-sol', { cacheRead: 1e6 }, 0.1],
  ])('%s', (_what, model, usage, usd) => {
    expect(priceOf(model, usage)).toBeCloseTo(usd, 9)
  })

  test('PC-33: at Groq half of its own price', () => {
    const usage = { ...MILLION, cacheRead: 1e6 }
    const call = { server: { name: 'groq' }, models: ['openai/gpt-oss-120b'], terms: [{ tier: 'on_demand' }], at: AT }
    expect(callCost(usage, ratesOf(tariffOf(call)!, usage))).toBeCloseTo(0.075, 9)
  })

  test('PC-33: of Sonnet 5.5 what the day of the call has', () => {
    const read = { cacheRead: 1e6 }
    expect(priceOf('claude-sonnet-5-5', read, '2026-10-06T23:59:59Z')).toBeCloseTo(0.2, 9)
    expect(priceOf('claude-sonnet-5-5', read, '2026-10-07T00:00:00Z')).toBeCloseTo(0.1, 9)
  })

  test('an unknown sum for a lifetime without a known factor', () => {
    expect(priceOf('claude-sonnet-5', { cacheCreation: 1e6, cacheCreation12h: 1 })).toBeUndefined()
    expect(priceOf('gpt-5.6', { cacheCreation: 1e6, cacheCreation1h: 1 })).toBeUndefined()
    expect(priceOf('gpt-4o', { cacheCreation: 1e6, cacheCreation1h: 1 })).toBeUndefined()
  })

  test('an unknown sum where the rules of the cache are not known', () => {
    expect(priceOf('gpt-5.5-pro', { cacheRead: 1 })).toBeUndefined()
    expect(priceOf('gpt-5.5-pro', {})).toBeCloseTo(30, 9)
  })
})

describe('PC-36: the band of a call is that of its whole prompt', () => {
  test.each([
    ['gpt-5.6', 272_000, 4, 20],
    ['gpt-5.6', 272_001, 8, 30],
    ['claude-haiku-5-5', 100_000, 0.1, 0.5],
    ['claude-haiku-5-5', 100_001, 0.5, 2.5],
    ['claude-sonnet-4-5', 200_000, 3, 15],
    ['claude-sonnet-4-5', 200_001, 6, 22.5],
    ['gemini-2.5-pro', 200_001, 2.5, 15],
    ['grok-4.6', 199_999, 2, 6],
    ['grok-4.6', 200_000, 4, 12],
    ['minimax-m3', 512_001, 0.6, 2.4],
    ['gpt-5.4-mini', 300_000, 0.75, 4.5],
  ])('%s with %d tokens', (model, input, inputPrice, outputPrice) => {
    expect(ratesOf(tariff(model), { input, cacheRead: input - 1 })).toMatchObject({
      input: expect.closeTo(inputPrice, 9),
      output: expect.closeTo(outputPrice, 9),
      cacheRead: expect.closeTo(inputPrice * tariff(model).cache!.readFactor, 9),
    })
  })
})

describe('PC-36: a call of several passes', () => {
  const haiku = tariff('claude-haiku-5-5')
  test.each([
    ['of short prompts, at their price', { shortestPrompt: 60_000, longestPrompt: 70_000 }, 0.1],
    ['of long prompts, at theirs', { shortestPrompt: 110_000, longestPrompt: 120_000 }, 0.5],
    ['of both, at no known price', { shortestPrompt: 60_000, longestPrompt: 120_000 }, undefined],
  ])('%s', (_what, prompts, price) => {
    expect(ratesOf(haiku, { input: 230_000, ...prompts })?.input).toBe(price)
  })
})

describe('PC-36: tier, speed and place', () => {
  const anthropic = { name: 'anthropic', host: 'api.anthropic.com' }
  const openai = { name: 'openai', host: 'api.openai.com' }
  const bedrock = { name: 'bedrock', host: 'bedrock-runtime.eu-west-1.amazonaws.com' }
  test.each([
    [
      'Anthropic, standard',
      'claude-opus-5-5',
      anthropic,
      [{ tier: 'standard', speed: 'standard', place: 'global' }],
      1,
    ],
    ['Anthropic, batch', 'claude-opus-5-5', anthropic, [{ tier: 'batch' }], 0.5],
    ['Anthropic, priority is by contract', 'claude-opus-5-5', anthropic, [{ tier: 'priority' }], undefined],
    ['Anthropic, fast', 'claude-opus-5-5', anthropic, [{ speed: 'fast' }], 2],
    ['Anthropic, fast in the US', 'claude-opus-5', anthropic, [{ speed: 'fast', place: 'us' }], 2.2],
    ['a model without a fast mode', 'claude-sonnet-5-5', anthropic, [{ speed: 'fast' }], undefined],
    ['Anthropic, a place not told', 'claude-haiku-4-5', anthropic, [{ place: 'not_available' }], 1],
    ['an unknown place', 'claude-opus-5', anthropic, [{ place: 'moon' }], undefined],
    ['OpenAI, default', 'gpt-6-sol', openai, [{ tier: 'default' }, { tier: 'flex' }], 1],
    ['OpenAI, flex', 'gpt-6-sol', openai, [{ tier: 'flex' }], 0.5],
    ['OpenAI, priority', 'gpt-6-sol', openai, [{ tier: 'priority' }, { tier: 'auto' }], 2],
    ['GPT-5.5, priority', 'gpt-5.5', openai, [{ tier: 'priority' }], 2.5],
    ['GPT-4.1, priority', 'gpt-4.1', openai, [{ tier: 'fast' }], 1.75],
    ['ultrafast', 'gpt-6-astra', openai, [{ tier: 'ultrafast' }], 6],
    ['ultrafast of a model without it', 'gpt-6-sol', openai, [{ tier: 'ultrafast' }], undefined],
    ['scale is prepaid', 'gpt-6-sol', openai, [{ tier: 'scale' }], undefined],
    ['a novel tier', 'gpt-6-sol', openai, [{ tier: 'novel' }, { tier: 'flex' }], undefined],
    ['a word of the language', 'gpt-6-sol', openai, [{ tier: 'constructor' }], undefined],
    ['the request, when the reply is silent', 'gpt-6-sol', openai, [{}, { tier: 'flex' }], 0.5],
    ['the soonest window', 'gpt-6-sol', openai, [{}, { window: 'soonest' }], 1],
    ['a window with an unknown discount', 'gpt-6-sol', openai, [{}, { window: '8h' }], undefined],
    ['the host of a place', 'gpt-6-sol', { name: 'x', host: 'eu.api.openai.com' }, [], 1.1],
    ['the host of a place, an older model', 'gpt-5.2', { name: 'x', host: 'eu.api.openai.com' }, [], 1],
    ['the host of an unknown place', 'gpt-6-sol', { name: 'x', host: 'zz.api.openai.com' }, [], undefined],
    ['xAI in the US', 'grok-4.6', { name: 'x', host: 'us.api.x.ai' }, [], 1.1],
    ['xAI, batch', 'grok-4.7', { name: 'xai' }, [{ tier: 'batch' }], 0.8],
    ['Gemini, priority', 'gemini-3.1-pro-preview', { name: 'google' }, [{ tier: 'PRIORITY' }], 1.8],
    ['Bedrock, regional', 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0', bedrock, [], 1.1],
    ['Bedrock, global', 'global.anthropic.claude-sonnet-4-5-20250929-v1:0', bedrock, [], 1],
    ['Bedrock, in one region', 'anthropic.claude-opus-5-5', bedrock, [], 1],
    ['Bedrock, US government', 'us-gov.anthropic.claude-opus-5-5', bedrock, [], 1.2],
    ['Bedrock, a model that cost the same everywhere', 'us.anthropic.claude-sonnet-4-20250514-v1:0', bedrock, [], 1],
    ['Bedrock, a place without a price', 'ca.anthropic.claude-opus-5-5', bedrock, [], undefined],
  ] as const)('%s', (...[, model, server, terms, factor]) => {
    const found = tariffOf({ server, models: [undefined, model], terms, at: new Date('2026-11-30') })
    expect(found?.prices).toBeDefined()
    expect(found?.factor).toEqual(factor === undefined ? undefined : expect.closeTo(factor, 9))
    expect(found?.unknownTerm === undefined).toBe(factor !== undefined)
    const rates = found && ratesOf(found, {})
    expect(rates?.input).toEqual(factor === undefined ? undefined : expect.closeTo(factor * found!.prices!.input, 9))
  })

  test.each([
    ['on a Monday at noon', '2026-11-30T12:00:00Z', 0.5],
    ['on a Monday at two', '2026-11-30T02:00:00Z', 1],
    ['on a Monday at six', '2026-11-30T06:00:00Z', 1],
    ['on a Sunday at two', '2026-11-29T02:00:00Z', 0.5],
  ])('DeepSeek has hours: %s', (_when, at, factor) => {
    expect(tariff('deepseek-v4-pro', { at: new Date(at) }).factor).toBe(factor)
  })
})

describe('the prices of a call', () => {
  const openai = { name: 'openai', host: '127.0.0.1' }
  test.each([
    ['of the model that answered', openai, ['gpt-4o-2024-05-13', 'gpt-4o'], 5],
    ['of the requested one, when the reply names none', openai, [undefined, 'gpt-4o'], 2.5],
    ['of the requested one, when the price of the other is not known', openai, ['gpt-4o-x', 'gpt-4o'], 2.5],
    ['of its maker under another name', { name: 'eu', host: 'api.anthropic.com' }, ['claude-sonnet-5'], 2],
    ['of Claude’s maker on Bedrock', { name: 'bedrock' }, ['anthropic.claude-sonnet-5'], 2],
    [
      'of Claude’s maker on Bedrock’s own host',
      { name: 'x', host: 'bedrock-mantle.us-east-1.api.aws' },
      ['claude-sonnet-5'],
      2,
    ],
    [
      'unknown, at a host that only looks like Bedrock',
      { name: 'x', host: 'bedrock-runtime.example' },
      ['claude-sonnet-5'],
      undefined,
    ],
    ['of a server that is not the maker', { name: 'groq' }, ['openai/gpt-oss-120b'], 0.15],
    ['of that server under another name', { name: 'x', host: 'api.groq.com' }, ['openai/gpt-oss-20b'], 0.075],
    ['unknown, for another model of that server', { name: 'groq' }, ['gpt-4o'], undefined],
    ['unknown, at a server with a name of the language', { name: 'constructor' }, ['gpt-oss-120b'], undefined],
    ['unknown, when the maker does not serve it', { name: 'bedrock' }, ['gpt-4o'], undefined],
    ['unknown, at an address of no maker', { name: 'x', host: '__proto__' }, ['claude-sonnet-5'], undefined],
    ['unknown, for a model of no known price', openai, ['gpt-oss-20b', 'acme-7'], undefined],
    ['unknown, without a provider', undefined, ['gpt-4o'], undefined],
  ] as const)('are those %s', (_, server, models, input) => {
    expect(tariffOf({ server, models, terms: [], at: new Date('2026-11-30') })?.prices?.input).toBe(input)
  })
})

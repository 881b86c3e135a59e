import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyPlan, createHistory, type MarkRules, planCache, unmarking } from '../../../src/core/cache/index.ts'
import { type DialectName, dialectByName, readBody } from '../../../src/core/dialect/index.ts'
import { splice } from '../../../src/core/json/index.ts'
import { assertProperty } from '../../support/assert-property.ts'
import { withReplaced } from '../../support/with-replaced.ts'
import { anthropicMessages } from '../dialect/fixtures/anthropic-messages.ts'
import { openaiChat } from '../dialect/fixtures/openai-chat.ts'
import { openaiResponses } from '../dialect/fixtures/openai-responses.ts'
import { RULES } from './requests.ts'

/** Every mark that can be added. */
const ADDED =
  /,"cache_control":\{"type":"ephemeral"\}|"cache_control":\{"type":"ephemeral"\},|,"prompt_cache_breakpoint":\{"mode":"explicit"\}|"prompt_cache_key":"m2m-[0-9a-f]{32}",|"prompt_cache_options":\{"mode":"explicit"\},/g

const CASES: [DialectName, MarkRules, object][] = [
  ['anthropic-messages', RULES.automatic, anthropicMessages.request],
  ['anthropic-messages', RULES.explicit, anthropicMessages.request],
  ['openai-chat', RULES.implicit, openaiChat.request],
  ['openai-chat', RULES.breakpoint, openaiChat.request],
  ['openai-responses', RULES.breakpoint, openaiResponses.request],
]

/** A request of the fixture's parts: fewer messages, members in any order, any white space. */
const requests = (fixture: object): fc.Arbitrary<string> =>
  fc
    .tuple(fc.shuffledSubarray(Object.keys(fixture), { minLength: Object.keys(fixture).length }), fc.nat(20), fc.nat(3))
    .map(([order, count, indent]) => {
      const source = unmarked(fixture) as Record<string, unknown>
      const members = order.map((name) => {
        const value = source[name]
        return [name, Array.isArray(value) && name !== 'tools' ? value.slice(0, count + 1) : value]
      })
      return JSON.stringify(Object.fromEntries(members), null, indent)
    })

describe.each(CASES)('the splices of marks in %s under %o', (name, rules, fixture) => {
  const dialect = dialectByName(name)
  const history = createHistory()
  let now = 0
  const plan = (body: Uint8Array) => {
    const read = readBody(body, dialect)!
    const counter = { content: () => 1024, tools: () => 0 }
    now += 1
    return { read, plan: planCache(read, { rules, counter, totalTokens: 5000, history, scope: '', now }) }
  }

  test('are all that it changes', () => {
    const count = { marked: 0, all: 0 }
    assertProperty(
      fc.property(requests(fixture), (source) => {
        const { read, plan: made } = plan(Buffer.from(source))
        const marked = applyPlan(made, read, read.body)
        const sent = Buffer.from(marked).toString()
        expect(sent.replace(ADDED, '')).toBe(source)
        expect(JSON.parse(sent)).toBeTypeOf('object')
        expect(Buffer.from(unmarking(made, read, { sent: read.body, marked })()).toString()).toBe(source)
        count.all++
        if (sent !== source) count.marked++
      }),
    )
    expect(count.marked / count.all).toBeGreaterThan(0.1)
  })

  test('are all that it changes in a request with anything anywhere', () => {
    assertProperty(
      fc.property(fc.nat(), fc.jsonValue(), (place, value) => {
        const source = JSON.stringify(withReplaced(unmarked(fixture), place, value))
        if (readBody(Buffer.from(source), dialect) === undefined) return
        const { read, plan: made } = plan(Buffer.from(source))
        const sent = Buffer.from(applyPlan(made, read, read.body)).toString()
        expect(JSON.parse(sent)).toBeTypeOf('object')
        expect(sent.replace(ADDED, '')).toBe(source)
      }),
      { numRuns: 300 },
    )
  })

  test('make it leave its own output alone', () => {
    assertProperty(
      fc.property(requests(fixture), (source) => {
        const { read, plan: made } = plan(Buffer.from(source))
        const sent = applyPlan(made, read, read.body)
        if (sent === read.body) return
        const again = plan(sent)
        expect(again.plan.reason).toBe('client-marked')
        expect(applyPlan(again.plan, again.read, sent)).toBe(sent)
      }),
    )
  })

  test('land on the same blocks when the texts between have changed', () => {
    assertProperty(
      fc.property(requests(fixture), fc.array(fc.string(), { minLength: 40, maxLength: 40 }), (source, texts) => {
        const { read, plan: made } = plan(Buffer.from(source))
        const compressed = splice(
          read.body,
          read.facts.blocks.map(({ start, end }, index) => ({
            start,
            end,
            bytes: Buffer.from(JSON.stringify(texts[index])),
          })),
        )
        const sent = Buffer.from(applyPlan(made, read, compressed)).toString()
        expect(sent.replace(ADDED, '')).toBe(Buffer.from(compressed).toString())
        const asIs = JSON.parse(Buffer.from(applyPlan(made, read, read.body)).toString())
        expect(marksIn(JSON.parse(sent))).toEqual(marksIn(asIs))
      }),
    )
  })
})

/** Paths of the marks. */
function marksIn(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) =>
    /^(?:cache_control|prompt_cache_\w+)$/.test(name) ? [`${path}.${name}`] : marksIn(member, `${path}.${name}`),
  )
}

function unmarked(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (name, member) => (/^(?:cache_control|prompt_cache_\w+)$/.test(name) ? undefined : member)),
  )
}

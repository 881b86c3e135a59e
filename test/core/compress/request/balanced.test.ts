/** Properties of requests whose blocks refer to earlier ones, across blocks and from turn to turn. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  BlockCache,
  type CompressionSettings,
  compressRequest,
  decompressRequest,
  type ProfileName,
} from '../../../../src/core/compress/index.ts'
import { assertProperty } from '../../../support/assert-property.ts'
import { approximateCounter, exactCounter } from '../../../support/counters.ts'
import { anyText } from '../../../support/hostile-text.ts'
import { spacedOrders } from '../../../support/tool-results.ts'
import { chatWith, enforce, readChat, toolResultsOf } from '../requests.ts'

const balanced: CompressionSettings = { ...enforce, profile: 'Balanced', userText: 'Observations' }

/** Source code, as a tool shows it: only the technique across blocks shortens it. */
const SOURCE = [
  'import { readFile } from "node:fs/promises"',
  '',
  'export async function settings(path: string): Promise<Settings> {',
  '  const text = await readFile(path, "utf8").catch(() => undefined)',
  '  if (text === undefined) return DEFAULTS',
  '  try {',
  '    return { ...DEFAULTS, ...JSON.parse(text) }',
  '  } catch (cause) {',
  '    throw new SettingsError(path, { cause })',
  '  }',
  '}',
  '',
  '/** Where settings stand unless somebody says otherwise. */',
  'export const HOME = process.env["SETTINGS_HOME"] ?? "/etc/settings"',
]
const FILE = SOURCE.join('\n')
const EDITED = SOURCE.with(4, '  if (text === undefined) throw new SettingsError(path)').join('\n')

function run(texts: readonly string[], settings: Partial<CompressionSettings> = {}, counter = exactCounter) {
  const read = chatWith(texts)
  return { read, ...compressRequest(read, { ...balanced, ...settings }, counter) }
}

describe('lines that stand in an earlier block', () => {
  test('are named by the call that brought them', () => {
    const { body, report } = run([FILE, 'nothing', EDITED])
    expect(toolResultsOf(body)[2]!.split('\n')).toEqual([
      ...SOURCE.slice(0, 4),
      SOURCE[4]!.replace('return DEFAULTS', 'throw new SettingsError(path)'),
      '[9 lines as in call_0: "try {" … "export const HOME = process.env[…"]',
    ])
    expect(report.changes).toMatchObject([{ path: 'messages[7].content', techniques: ['earlier-lines'] }])
    expect(report.techniques['earlier-lines']?.savedTokens).toBe(report.tokens?.saved)
  })

  test('are found where the model sees them, not where a reference replaced them', () => {
    const [, second, third] = toolResultsOf(run([FILE, FILE, EDITED]).body)
    expect(second).toMatch(/^\[14 lines as in call_0: /)
    expect(third).not.toContain('call_1')
  })

  test('are left in the Safe profile', () => {
    const { read, body } = run([FILE, EDITED], { profile: 'Safe' })
    expect(body).toBe(read.body)
  })

  test('may stand in a result that is itself never touched', () => {
    const { body } = run([FILE, FILE], { isExcludedTool: (name) => name === 'tool_0' })
    expect(toolResultsOf(body)).toEqual([FILE, expect.stringMatching(/^\[14 lines as in call_0: /)])
    const excluded = run([FILE, FILE], { isExcludedTool: (name) => name === 'tool_1' })
    expect(excluded.body).toBe(excluded.read.body)
  })

  test('may stand in a block that other techniques have changed, as it is sent', () => {
    const noisy = `\u001b[31m${SOURCE[0]}\u001b[0m\n${SOURCE.slice(1).join('\n')}`
    expect(toolResultsOf(run([noisy, FILE]).body)[1]).toMatch(/^\[14 lines as in call_0: /)
  })

  test('are not referred to inside a form of ours: only the whole block is', () => {
    const log = (day: string) =>
      Array.from({ length: 12 }, (_, i) => `at 10:00:${10 + i} it took ${i * 7} ms to answer the order service`)
        .toSpliced(3, 0, `the day was ${day}`)
        .join('\n')
    const [monday, tuesday, again] = toolResultsOf(run([log('2031-04-05'), log('2031-04-06'), log('2031-04-05')]).body)
    const shared = monday!.split('\n').filter((line) => tuesday!.split('\n').includes(line))
    expect(shared.length).toBeGreaterThan(5)
    expect(again).toBe(`[all of call_0 again: ${monday!.split('\n').length} lines]`)
  })

  test('are not looked for in text that looks like a reference', () => {
    const claim = `[14 lines as in call_0: "import" … "export"]\n${FILE}`
    const { body, report } = run([FILE, claim])
    expect(toolResultsOf(body)[1]).toBe(claim)
    expect(toolResultsOf(decompressRequest(readChat(body), report).body)).toEqual([FILE, claim])
    expect(toolResultsOf(decompressRequest(readChat(body)).body)).toEqual([FILE, claim])
  })

  test('come back with the report and without', () => {
    const texts = [FILE, EDITED, spacedOrders(1), `${FILE}\n${spacedOrders(1)}`, EDITED]
    const { body, report } = run(texts)
    expect(report.changes.length).toBeGreaterThan(2)
    for (const undone of [decompressRequest(readChat(body), report), decompressRequest(readChat(body))]) {
      const [file, edited, , , again] = toolResultsOf(undone.body)
      expect([file, edited, again]).toEqual([FILE, EDITED, EDITED])
    }
  })

  test('are not restored from a body without the earlier block', () => {
    const { body, report } = run([FILE, EDITED])
    const cut = Buffer.from(Buffer.from(body).toString().replace(JSON.stringify(FILE), '"gone"'))
    expect(() => decompressRequest(readChat(cut), report)).toThrow(expect.objectContaining({ code: 'NOT_OUR_FORM' }))
    expect(decompressRequest(readChat(cut)).body).toEqual(cut)
  })
})

const line = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...SOURCE) },
  {
    weight: 2,
    arbitrary: fc.integer({ min: 0, max: 30 }).map((i) => `2026-01-01T00:00:${i} INFO worker ${i} took ${i} ms`),
  },
  { weight: 1, arbitrary: anyText(20) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '[2 lines as in call_0: "try {" … "} catch (cause) {"]',
      '[the line above 3 more times]',
      '\r',
      '\u001b[31mred',
    ),
  },
)
const block = fc.oneof(
  { weight: 5, arbitrary: fc.array(line, { maxLength: 40 }).map((lines) => lines.join('\n')) },
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.nat(8), fc.nat(8), line)
      .map(([from, count, odd]) => [...SOURCE.slice(from), odd, ...SOURCE.slice(0, count)].join('\n')),
  },
  { weight: 2, arbitrary: fc.constantFrom(FILE, EDITED, spacedOrders(1, 3), spacedOrders(2, 3)) },
)

interface Message {
  readonly role: string
  readonly content: string
  readonly tool_call_id?: string
}

/** Some calls have their own id, some the id of another call, some none. */
const session = fc
  .array(fc.tuple(block, fc.option(block), fc.constantFrom('call_0', 'call_1', 'call_2', undefined)), { maxLength: 7 })
  .map((turns): Message[] => [
    { role: 'user', content: 'Go on.' },
    ...turns.flatMap(([result, question, id]): Message[] => [
      { role: 'assistant', content: 'Well.' },
      { role: 'tool', content: result, ...(id !== undefined && { tool_call_id: id }) },
      ...(question === null
        ? []
        : [
            { role: 'assistant', content: 'So.' },
            { role: 'user', content: question },
          ]),
    ]),
  ])

function bodyOf(messages: readonly Message[]): string {
  return `{"model":"gpt-4o","messages":${JSON.stringify(messages)}}`
}

describe.each<[ProfileName, string, typeof exactCounter]>([
  ['Balanced', 'exact', exactCounter],
  ['Balanced', 'approximate', approximateCounter],
  ['Aggressive', 'exact', exactCounter],
])('any session under %s, counted by an %s counter', (profile, _name, counter) => {
  const settings = { ...balanced, profile }
  const send = (body: string | Uint8Array, cache?: BlockCache) => {
    const sent = compressRequest(readChat(body), settings, counter, { cache })
    expect(sent.report).toMatchObject({ outcome: expect.not.stringMatching('failopen'), blocks: { failopen: 0 } })
    return sent
  }

  test('is forwarded with every turn extending the bytes of the turn before', () => {
    assertProperty(
      fc.property(session, (messages) => {
        let before = ''
        for (let count = 1; count <= messages.length; count++) {
          const sent = Buffer.from(send(bodyOf(messages.slice(0, count))).body)
            .toString()
            .slice(0, -2)
          expect(sent.startsWith(before)).toBe(true)
          before = sent
        }
      }),
      { numRuns: 30 },
    )
  })

  test('is left as it is when it has been through already', () => {
    assertProperty(
      fc.property(session, (messages) => {
        const { body } = send(bodyOf(messages))
        expect(Buffer.from(send(body).body).toString()).toBe(Buffer.from(body).toString())
      }),
      { numRuns: 60 },
    )
  })

  test('comes out the same with a cache, full or empty, and without', () => {
    const cache = new BlockCache(60_000)
    assertProperty(
      fc.property(session, (messages) => {
        const plain = send(bodyOf(messages))
        for (const which of [cache, cache, new BlockCache(0), new BlockCache(1e9)]) {
          const { body, report } = send(bodyOf(messages), which)
          expect(Buffer.from(body).equals(plain.body)).toBe(true)
          expect({ ...report, ms: 0 }).toEqual({ ...plain.report, ms: 0 })
        }
        expect(cache.bytes).toBeLessThanOrEqual(60_000)
      }),
      { numRuns: 40 },
    )
  })
})

/** A message's text without colours, and without the white space that JSON may lose. */
const shown = ({ content }: Message): string => content.replaceAll('\u001b[31m', '').replaceAll(/\s/g, '')

function comesBack(messages: readonly Message[], isReportGiven: boolean): void {
  const { body, report } = compressRequest(readChat(bodyOf(messages)), balanced, exactCounter)
  const undone = decompressRequest(readChat(body), isReportGiven ? report : undefined)
  const { messages: after } = JSON.parse(Buffer.from(undone.body).toString()) as { messages: Message[] }
  expect(after.map(shown)).toEqual(messages.map(shown))
}

describe('any session under Balanced', () => {
  test('comes back as it was, but for colours and white space in JSON', () => {
    assertProperty(
      fc.property(session, (messages) => comesBack(messages, true)),
      { numRuns: 60 },
    )
  })

  test('comes back without the report as well, when it holds nothing that looks like our forms', () => {
    const isPlain = (messages: readonly Message[]): boolean =>
      messages.every(({ content }) => !/the line above|lines as in|all of/.test(content))
    assertProperty(
      fc.property(session.filter(isPlain), (messages) => comesBack(messages, false)),
      { numRuns: 60 },
    )
  })
})

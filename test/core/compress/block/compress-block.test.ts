import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BlockResult, compressBlock } from '../../../../src/core/compress/block/compress-block.ts'
import { passesGate, sizeOf } from '../../../../src/core/compress/block/gate.ts'
import { isEquivalent } from '../../../../src/core/compress/block/verify.ts'
import type { Technique } from '../../../../src/core/compress/index.ts'
import { NO_HINT } from '../../../../src/core/compress/kinds/kind.ts'
import { kindOf } from '../../../../src/core/compress/kinds/kind-of.ts'
import { type Plan, plansFor } from '../../../../src/core/compress/profiles.ts'
import type { TokenCounter } from '../../../../src/core/tokenizer/index.ts'
import { assertProperty } from '../../../support/assert-property.ts'
import { approximateCounter, exactCounter, unitCounter } from '../../../support/counters.ts'
import { nearJson } from '../../../support/json-text.ts'

/** A technique that turns one text into another, and back. */
function swap(name: string, from: string, to: string, extra: Partial<Technique> = {}): Technique {
  return {
    name,
    equivalence: 'string',
    encode: (text) => (text.includes(from) ? text.replaceAll(from, to) : undefined),
    decode: (text) => text.replaceAll(to, from),
    recognises: (text) => text.includes(to),
    ...extra,
  }
}

const LONG = 'abcdefghij'.repeat(10)

const names = (result: BlockResult): string[] =>
  result.status === 'changed' ? result.applied.map(({ technique }) => technique.name) : []

/** With one plan for every kind. */
function compressWith(text: string, plan: Plan, counter: TokenCounter): BlockResult {
  return compressBlock(text, () => [plan], counter)
}

describe('compressBlock', () => {
  test('uses the smallest candidate of a step and goes on with the next', () => {
    const steps = [[swap('small', LONG, '<1>'), swap('smaller', LONG, '<>')], [swap('next', 'zzzzzzzz', '!')]]
    const result = compressWith(`${LONG}zzzzzzzz`, steps, unitCounter)
    expect(result).toMatchObject({ status: 'changed', text: '<>!' })
    expect(names(result)).toEqual(['smaller', 'next'])
    expect(result.status === 'changed' && result.applied.map(({ savedTokens }) => savedTokens)).toEqual([98, 7])
  })

  test('changes nothing when no technique finds a shorter encoding', () => {
    expect(compressWith('short', [[swap('a', LONG, 'x')]], unitCounter)).toEqual({ status: 'unchanged' })
  })

  test('encodes, decodes and recognises a text once, whichever plans and rounds come to it', () => {
    const asked: string[] = []
    const opened = 'b'.repeat(60)
    const watched = swap('watched', 'b'.repeat(50), '@')
    const once: Technique = {
      ...watched,
      encode(text) {
        asked.push(`encode ${text}`)
        return watched.encode(text)
      },
      decode(text) {
        asked.push(`decode ${text}`)
        return watched.decode(text)
      },
    }
    const plan = [[swap('open', LONG, '!', { recognises: () => false })], [once]]
    const result = compressBlock(LONG + opened, () => [plan, plan, [[once]]], unitCounter)
    expect(names(result)).toEqual(['open', 'watched'])
    expect(asked).toContain(`encode !${opened}`)
    expect(asked.toSorted()).toEqual([...new Set(asked)].toSorted())
  })

  test('counts no candidate that is much longer than one that will do', () => {
    const counted: string[] = []
    const count = (text: string): number => counted.push(text) && text.length
    const counter = { ...unitCounter, judges: [{ name: 'o200k_base' as const, count }] }
    const steps = [
      [swap('longer', LONG, 'x'.repeat(60)), swap('short', LONG, '<>'), swap('longest', LONG, LONG + LONG)],
    ]
    expect(names(compressWith(LONG, steps, counter))).toEqual(['short'])
    expect(counted).toEqual(['<>', LONG])
    const useless = [[swap('longest', LONG, LONG + LONG)]]
    expect(compressWith(LONG, useless, counter)).toEqual({ status: 'refused' })
    expect(counted).toHaveLength(2)
  })

  test('tries no other technique of a step on a large block that one has made much shorter', () => {
    const steps = [[swap('half', LONG, 'x'.repeat(45)), swap('smaller', LONG, '<>')]]
    expect(names(compressWith(LONG.repeat(300), steps, unitCounter))).toEqual(['smaller'])
    expect(names(compressWith(LONG.repeat(400), steps, unitCounter))).toEqual(['half'])
    const unlike = [[swap('half', LONG, 'x'.repeat(55)), swap('smaller', LONG, '<>')]]
    expect(names(compressWith(LONG.repeat(400), unlike, unitCounter))).toEqual(['smaller'])
  })

  test('counts nothing between the start and the end of a large block that becomes much shorter with each step', () => {
    const counted: number[] = []
    const count = (text: string): number => counted.push(text.length) && text.length
    const counter = { ...unitCounter, judges: [{ name: 'o200k_base' as const, count }] }
    const tail = 'k'.repeat(100)
    const steps = [[swap('first', LONG, '<>')], [swap('second', tail, '!')]]
    const result = compressWith((LONG + tail).repeat(400), steps, counter)
    expect(result.status === 'changed' && result.applied.map(({ savedTokens }) => savedTokens)).toEqual([
      39_200, 39_600,
    ])
    expect(counted.toSorted((a, b) => a - b)).toEqual([1200, 80_000])
  })

  test('counts a large block that lost nothing but white space', () => {
    const count = (text: string): number => text.replaceAll(' ', '').length
    const counter = { ...unitCounter, judges: [{ name: 'o200k_base' as const, count }] }
    const blanks = ' '.repeat(100)
    const steps = [[swap('useless', blanks, ' ', { recognises: () => false })], [swap('useful', LONG, '<>')]]
    expect(names(compressWith((LONG + blanks).repeat(400), steps, counter))).toEqual(['useful'])
  })

  test('refuses a block that saves too little', () => {
    const steps = [[swap('a', 'abcde', '!')]]
    expect(compressWith(`${'-'.repeat(195)}abcde`, steps, unitCounter).status).toBe('changed')
    expect(compressWith(`${'-'.repeat(196)}abcde`, steps, unitCounter).status).toBe('refused')
  })

  test('lets no step change a block for a gain too small to be read for', () => {
    const steps = [[swap('a', 'abc', '<')], [swap('b', 'uvwxyz', '>')]]
    const result = compressWith('abcuvwxyz', steps, unitCounter)
    expect(result).toMatchObject({ status: 'changed', text: 'abc>' })
  })

  test('goes on where a smaller text is worth a change that the larger one was not', () => {
    const isNoForm = { recognises: () => false }
    const steps = [[swap('little', 'abcdefg', '!', isNoForm)], [swap('much', LONG.repeat(4), '', isNoForm)]]
    const decoded = { ...steps[1]![0]!, decode: (text: string) => text + LONG.repeat(4) }
    const result = compressWith(
      `abcdefg-${LONG.repeat(4)}`.replace('-', 'x'.repeat(50)),
      [steps[0]!, [decoded]],
      unitCounter,
    )
    expect(names(result)).toEqual(['much', 'little'])
    expect(result).toMatchObject({ text: `!${'x'.repeat(50)}`, tokens: 457 })
  })

  test('leaves a change out without which the last step does better', () => {
    const first = swap('first', 'abcabcabcabc', '123456')
    const steps = [[swap('before', 'uvwxyz', '?')], [first], [swap('last', 'abcabcabcabc', '#')]]
    const alone = compressWith('uvwxyzabcabcabcabc', steps, unitCounter)
    expect(alone).toMatchObject({ status: 'changed', text: '?#' })
    expect(names(alone)).toEqual(['before', 'last'])
    const better = [...steps.slice(0, 2), [swap('last', '123456', '!'), swap('other', 'abcabcabcabc', '##')]]
    expect(names(compressWith('uvwxyzabcabcabcabc', better, unitCounter))).toEqual(['before', 'first', 'last'])
    const long = 'a'.repeat(40_000)
    expect(
      names(compressWith(`xyz${long}`, [[swap('a', long, LONG + LONG)], [swap('b', long, '#')]], unitCounter)),
    ).toEqual(['a'])
  })

  test('refuses a candidate that does not decode to the same', () => {
    const wrong = swap('wrong', LONG, '<>', { decode: () => 'something else' })
    expect(compressWith(LONG, [[wrong]], unitCounter)).toEqual({ status: 'refused' })
    expect(names(compressWith(LONG, [[wrong, swap('right', LONG, '<1>')]], unitCounter))).toEqual(['right'])
  })

  test('refuses a candidate that another technique would take for its own', () => {
    const steps = [[swap('a', LONG, '<>')], [swap('b', 'none of it', '<>')]]
    expect(compressWith(LONG, steps, unitCounter)).toEqual({ status: 'refused' })
  })

  test('leaves a block alone that looks like the form of any technique', () => {
    const steps = [[swap('a', LONG, '<>')], [swap('b', 'none of it', '[]')]]
    expect(compressWith(`${LONG} []`, steps, unitCounter)).toEqual({ status: 'kept' })
  })

  test.each(['\ud800', '\udc00 text', 'a\ud83d'])('leaves text with a lone surrogate alone', (surrogate) => {
    expect(compressWith(LONG + surrogate, [[swap('a', LONG, '<>')]], unitCounter)).toEqual({ status: 'kept' })
  })

  test.each(['encode', 'decode', 'recognises'] as const)('fails open when %s throws', (method) => {
    const broken = swap('broken', LONG, '<>', {
      [method]: () => {
        throw new Error('broken')
      },
    })
    expect(compressWith(LONG, [[broken]], unitCounter)).toEqual({ status: 'failopen' })
  })
})

/** Any output of a tool: JSON, logs, colours, our own forms. */
const toolOutput = fc.oneof(
  nearJson,
  fc
    .array(
      fc.tuple(
        fc.oneof(
          nearJson,
          fc.constantFrom(
            '\u001b[31merror\u001b[0m: it broke',
            'still waiting for it',
            '50%\r100%',
            '[the line above 3 more times]',
            'plain text',
          ),
        ),
        fc.constantFrom('\n', '\n', '\r\n'),
        fc.integer({ min: 1, max: 5 }),
      ),
      { maxLength: 6 },
    )
    .map((lines) => lines.map(([line, end, times]) => (line + end).repeat(times)).join('')),
)

const safe = (text: string): readonly Plan[] => plansFor('Safe', kindOf(text, NO_HINT))

describe.each([
  ['exact', exactCounter],
  ['approximate', approximateCounter],
])('with the Safe profile and an %s counter', (_name, counter) => {
  test('no block grows, every change passes the gate, and decodes step by step to the same thing', () => {
    assertProperty(
      fc.property(toolOutput, (text) => {
        const result = compressBlock(text, safe, counter)
        expect(result.status).not.toBe('failopen')
        if (result.status !== 'changed') return
        expect(passesGate(sizeOf(result.text, counter), sizeOf(text, counter))).toBe(true)
        const forms = [result.text]
        for (const { technique } of result.applied.toReversed())
          forms.push((technique as Technique).decode(forms.at(-1)!)!)
        const weakest = result.applied.some(({ technique }) => technique.equivalence === 'screen') ? undefined : 'json'
        if (weakest) expect(isEquivalent(text, forms.at(-1)!, weakest)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  test('running it on its own output changes nothing', () => {
    assertProperty(
      fc.property(toolOutput, (text) => {
        const once = compressBlock(text, safe, counter)
        if (once.status === 'changed') expect(compressBlock(once.text, safe, counter).status).not.toBe('changed')
      }),
      { numRuns: 2000 },
    )
  })
})

import { describe, expect, test } from 'vitest'
import {
  type Format,
  formatByNumber,
  formatsOf,
  isReference,
  MAX_FORMATS,
  REFERENCE_FORMATS,
  reachOf,
  TEXT_FORMATS,
} from '../../../src/core/compress/formats.ts'
import { techniquesOf } from '../../../src/core/compress/index.ts'
import { KIND_NAMES } from '../../../src/core/compress/kinds/kind.ts'
import { ACROSS, plansFor } from '../../../src/core/compress/profiles.ts'
import { PROFILE_NAMES } from '../../../src/core/modes.ts'
import {
  encodedIn,
  FORMAT_IDS,
  type GoldenRequest,
  type GoldenText,
  goldenIds,
  readGolden,
  sentIn,
} from './golden/golden.ts'

const formats: readonly Format[] = [...TEXT_FORMATS, ...REFERENCE_FORMATS]

/** What a developer does whose change made one of these tests red. */
const KEEP_IT = [
  'Conversations are under way in the bytes of this format, and must be sent them for as long as they live.',
  'Leave the old encoder as it is. Add the new one as a format of its own, with a number that no format has had, to',
  'src/core/compress/formats.ts, and run make golden (docs/extending.md, Change a technique).',
].join('\n')

describe('PC-4: a format', () => {
  test.each(TEXT_FORMATS.map((format) => [format.id, format] as const))(
    '%s writes the same bytes for ever',
    (id, format) => {
      for (const { text, encoded } of readGolden<GoldenText>(id)) {
        expect(encodedIn(format, text), `${id} writes other bytes.\n${KEEP_IT}`).toBe(encoded)
      }
    },
  )

  test('earlier-lines@1 writes the same bytes for ever, with each vocabulary and reach', () => {
    const golden = readGolden<GoldenRequest>('earlier-lines@1')
    for (const { request, forms, sent } of golden) {
      expect(sentIn(request, forms), `earlier-lines@1 writes other bytes.\n${KEEP_IT}`).toBe(sent)
    }
    const numbers = REFERENCE_FORMATS.filter(({ id }) => id === 'earlier-lines@1').map(({ number }) => number)
    expect(new Set(golden.flatMap(({ forms }) => forms.flat().filter((one) => Number(one) >= 200)))).toEqual(
      new Set(numbers),
    )
    expect(new Set(golden.map(({ sent }) => sent)).size).toBe(numbers.length)
  })

  test('has a golden file, and a golden file has a format', () => {
    const advice = 'Run make golden for a new format. A file whose format is gone: put the format back.'
    expect(goldenIds().toSorted(), advice).toEqual(FORMAT_IDS.toSorted())
  })

  test('has samples in its golden file', () => {
    for (const id of FORMAT_IDS) expect(readGolden(id), id).not.toEqual([])
  })

  test('has a number of its own that fits a pin', () => {
    const numbers = formats.map(({ number }) => number)
    expect(new Set(numbers).size, `two formats share a number: ${numbers.toSorted((a, b) => a - b)}`).toBe(
      numbers.length,
    )
    for (const { number, id } of formats) {
      expect(Number.isInteger(number) && number >= 1 && number <= 255, `${id} has the number ${number}`).toBe(true)
      expect(formatByNumber(number)).toMatchObject({ number, id })
    }
    expect(formatByNumber(255)).toBeUndefined()
  })

  test('is named after its technique, with a version', () => {
    for (const { id, technique } of formats) expect(id).toMatch(new RegExp(`^${technique.name}(-short)?@\\d+$`))
  })
})

describe('PC-4: a technique that a profile uses', () => {
  test('has a format, or what it wrote could not be sent again', () => {
    const used = new Set(
      PROFILE_NAMES.flatMap((profile) => KIND_NAMES.flatMap((kind) => plansFor(profile, kind).flat(2))),
    )
    const known = new Set(formats.map(({ technique }) => technique))
    for (const technique of [...used, ...techniquesOf('Aggressive'), ACROSS]) {
      expect(known.has(technique), `${technique.name} is in no format: add one to src/core/compress/formats.ts`).toBe(
        true,
      )
    }
  })
})

describe('the formats of a block', () => {
  const applied = (...techniques: readonly Format['technique'][]): Parameters<typeof formatsOf>[0] => {
    return {
      status: 'changed',
      text: '',
      tokens: 1,
      applied: techniques.map((technique) => ({ technique, savedTokens: 1 })),
    }
  }
  const minify = TEXT_FORMATS[4]!.technique

  test.each(REFERENCE_FORMATS)('are known by vocabulary and reach: $number', ({ vocabulary, reach, number }) => {
    expect(formatsOf(applied(minify, ACROSS), { vocabulary, reach })).toEqual([5, number])
    expect(reachOf([5, number])).toBe(reach)
  })

  test.each(TEXT_FORMATS.map(({ id, ...format }) => [id, format] as const))(
    'are known by technique: %s',
    (_id, format) => {
      const request = { vocabulary: 'o200k_base', reach: 'request' } as const
      expect(formatsOf(applied(format.technique), request)).toEqual([format.number])
    },
  )

  test('are none where they cannot be remembered', () => {
    const request = { vocabulary: 'o200k_base', reach: 'request' } as const
    const foreign = { ...minify, name: 'foreign' }
    expect(formatsOf(applied(foreign), request)).toBeUndefined()
    expect(formatsOf(applied(...new Array<typeof minify>(MAX_FORMATS + 1).fill(minify)), request)).toBeUndefined()
  })

  test('without references reach nowhere', () => {
    expect(reachOf([5, 7])).toBeUndefined()
    expect(formats.filter(isReference)).toEqual(REFERENCE_FORMATS)
  })
})

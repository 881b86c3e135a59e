import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assertProperty } from '../../support/assert-property.ts'
import { corpus } from '../../support/corpus.ts'
import { counts, VOCABULARIES } from './oracle.ts'
import { MIXED_TEXT } from './texts.ts'

/** The longest text that the oracle counts. */
const MAX_UNITS = 2_000

const JS_SPACE_DIFFERS = /[\u0085\ufeff]/g

describe.each(VOCABULARIES)('%s counts as js-tiktoken', (name) => {
  test.each([
    ['nothing', ''],
    ['words', 'The quick brown fox'],
    ['contractions at the ends of a text', "'s it's IT'S 'll we'LL they'Re don'"],
    ['a prefix before a word', '"word .word\tword -Word'],
    ['camel case and caseless letters', 'camelCaseXMLHttp 中A中aAª Zʰa'],
    ['marks on letters, digits and alone', 'e\u0301E\u0301 1\u0301 \u0301 \u0301A\u0301\u0301B'],
    ['digits by three', '1 12 123 1234 1234567 1.5e+10'],
    ['line ends after symbols', 'a;\r\n\r\n//\n/x};\n'],
    ['white space runs', 'a  b   \n  c \n\n  d    '],
    ['only white space', ' \n \t '],
    ['special tokens as text', '<|endoftext|><|fim_prefix|> <|endofprompt|>'],
    ['emoji with joiners and modifiers', '👨‍👩‍👧 👍🏽 🇩🇪'],
    ['JSON', '{"id":"abc-123","values":[1.0,-2e5,null],"a\\u00e9":"\\n"}'],
  ])('for %s', (_, example) => {
    const { ours, oracle } = counts(name, example)
    expect(ours).toBe(oracle)
  })

  test('for any mixture of texts that the split rules depend on', () => {
    assertProperty(
      fc.property(MIXED_TEXT, (example) => {
        const { ours, oracle } = counts(name, example.replace(JS_SPACE_DIFFERS, ''))
        expect(ours).toBe(oracle)
      }),
      { numRuns: 4000 },
    )
  })

  // split.test.ts checks the split at every character. Merging does not use classes, so every eleventh is enough.
  test('for characters of every script', () => {
    const differing: string[] = []
    for (const characters of assignedCharacters(256)) {
      const example = characters.map((c) => `${c}a ${c}`).join('')
      const { ours, oracle } = counts(name, example)
      if (ours !== oracle) differing.push(characters.join(' '))
    }
    expect(differing).toEqual([])
  })

  test('for every text of the corpus', (ctx) => {
    const { file: folder, reason } = corpus('.')
    if (folder === undefined) return ctx.skip(reason)
    const differing: string[] = []
    for (const example of corpusTexts(folder)) {
      const { ours, oracle } = counts(name, example)
      if (ours !== oracle) differing.push(`${example.slice(0, 80)}...`)
    }
    expect(differing).toEqual([])
  }, 120_000)
})

function assignedCharacters(size: number): string[][] {
  const groups: string[][] = [[]]
  for (let codePoint = 0; codePoint < 0x11_0000; codePoint += 11) {
    const character = String.fromCodePoint(codePoint)
    if (/[\u0085\ufeff\p{Cn}\p{Co}]/u.test(character)) continue
    if (groups.at(-1)!.length === size) groups.push([])
    groups.at(-1)!.push(character)
  }
  return groups
}

/** All different strings of the corpus, cut to the length that the oracle can count. */
function corpusTexts(folder: string): Set<string> {
  const texts = new Set<string>()
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.jsonl'))) {
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean)) {
      JSON.parse(line, (_, value: unknown) => {
        if (typeof value === 'string') texts.add(value.slice(0, MAX_UNITS).replace(JS_SPACE_DIFFERS, ''))
        return value
      })
      texts.add(line.slice(0, MAX_UNITS).replace(JS_SPACE_DIFFERS, ''))
    }
  }
  return texts
}

import fc from 'fast-check'
import cl100k from 'js-tiktoken/ranks/cl100k_base'
import o200k from 'js-tiktoken/ranks/o200k_base'
import { describe, expect, test } from 'vitest'
import { readCharacterClasses } from '../../../src/core/tokenizer/character-class.ts'
import { cl100kPieceEnd, o200kPieceEnd, type PieceEnd } from '../../../src/core/tokenizer/split.ts'
import { readTokenTable } from '../../../src/tables/index.ts'
import { assertProperty } from '../../support/assert-property.ts'
import { MIXED_TEXT } from './texts.ts'

const classes = readCharacterClasses(readTokenTable('unicode-classes'))

/** The published expression, with Rust's white space: it includes U+0085 and excludes U+FEFF. */
function published(pattern: string): RegExp {
  return new RegExp(pattern.replaceAll('\\s', '\\p{White_Space}').replaceAll('\\S', '\\P{White_Space}'), 'gu')
}

function pieces(text: string, pieceEnd: PieceEnd): string[] {
  const bytes = Buffer.from(text)
  const found: string[] = []
  for (let start = 0; start < bytes.length; start += Buffer.byteLength(found.at(-1) ?? '')) {
    found.push(bytes.toString('utf8', start, pieceEnd({ bytes, end: bytes.length, classes }, start)))
  }
  return found
}

describe.each([
  ['o200k_base', o200kPieceEnd, published(o200k.pat_str)],
  ['cl100k_base', cl100kPieceEnd, published(cl100k.pat_str)],
] as const)('%s splits as its published expression', (_, pieceEnd, expression) => {
  test('any mixture of texts that the rules depend on', () => {
    assertProperty(
      fc.property(MIXED_TEXT, (example) => {
        const text = example.toWellFormed()
        expect(pieces(text, pieceEnd)).toEqual(text.match(expression) ?? [])
      }),
      { numRuns: 5_000 },
    )
  })

  test('every character, in every position that a rule reads', () => {
    const differing: string[] = []
    for (let from = 0; from < 0x11_0000; from += 0x100) {
      const characters = Array.from({ length: 0x100 }, (_, low) => String.fromCodePoint(from + low))
      // Of blocks without assigned characters, only the first of each plane is tested. Surrogates are not characters.
      if (/^[\p{Cn}\p{Co}\p{Cs}]*$/u.test(characters.join('')) && (from & 0xffff) !== 0) continue
      const text = characters.map((c) => `${c}a${c}A1${c} ${c}.${c}\n'${c}`).join('')
      if (pieces(text, pieceEnd).join('\0') !== text.match(expression)?.join('\0')) differing.push(from.toString(16))
    }
    expect(differing).toEqual([])
  })

  test('reads nothing after the end of the text', () => {
    const bytes = Buffer.from("it's we'll they've 12345 \n\n")
    const text = { bytes, end: 0, classes }
    for (text.end = 1; text.end < bytes.length; text.end++) {
      const found: string[] = []
      for (let start = 0; start < text.end; ) {
        const end = pieceEnd(text, start)
        found.push(bytes.toString('utf8', start, end))
        start = end
      }
      expect(found).toEqual(bytes.toString('utf8', 0, text.end).match(expression))
    }
  })
})

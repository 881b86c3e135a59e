import fc from 'fast-check'
import cl100k from 'js-tiktoken/ranks/cl100k_base'
import o200k from 'js-tiktoken/ranks/o200k_base'
import { describe, expect, test } from 'vitest'
import { createPieceEnd } from '../../../src/core/tokenizer/ascii-pieces.ts'
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
  ['o200k_base', 'rules', o200kPieceEnd, published(o200k.pat_str)],
  ['o200k_base', 'table', createPieceEnd('o200k_base', classes), published(o200k.pat_str)],
  ['cl100k_base', 'rules', cl100kPieceEnd, published(cl100k.pat_str)],
  ['cl100k_base', 'table', createPieceEnd('cl100k_base', classes), published(cl100k.pat_str)],
] as const)('%s splits by its %s as its published expression', (_, __, pieceEnd, expression) => {
  test('any mixture of texts that the rules depend on', () => {
    assertProperty(
      fc.property(MIXED_TEXT, (example) => {
        const text = example.toWellFormed()
        expect(pieces(text, pieceEnd)).toEqual(text.match(expression) ?? [])
      }),
      { numRuns: 5_000 },
    )
  })

  test('every text of up to four characters, one of each kind that a rule reads', () => {
    const differing: string[] = []
    const kinds = ['A', 'b', 's', '1', ' ', '\t', '\n', '\r', '/', "'", '.', '\u001c', 'é', '中', '\u0301']
    for (let index = 0; index < kinds.length ** 4; index++) {
      const text = [1, 15, 225, 3375].map((unit) => kinds[Math.floor(index / unit) % 15]).join('')
      if (pieces(text, pieceEnd).join('\0') !== text.match(expression)?.join('\0')) differing.push(text)
    }
    expect(differing).toEqual([])
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

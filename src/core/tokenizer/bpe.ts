/**
 * The counting engine: UTF-8 in a buffer, split into pieces by the vocabulary's rules, each piece looked up whole and
 * merged only when it is not a token itself.
 */

import type { VocabularyName } from '../model/index.ts'
import type { CharacterClasses, Utf8Text } from './character-class.ts'
import { PieceMemo, READ_AHEAD } from './memo.ts'
import { createMerger } from './merge.ts'
import { Ranks } from './ranks.ts'
import { cl100kPieceEnd, o200kPieceEnd, type PieceEnd } from './split.ts'
import type { Tokenizer } from './tokenizer.ts'

const PIECE_ENDS: Readonly<Record<VocabularyName, PieceEnd>> = {
  o200k_base: o200kPieceEnd,
  cl100k_base: cl100kPieceEnd,
}

/** What the buffer holds between calls; one that grew beyond it for a long text is let go. */
const BUFFER_BYTES = 1 << 18

const encoder = new TextEncoder()

/**
 * @param ranks the vocabulary's table, used in place
 * @throws M2MError TABLES_MISSING when it is not that vocabulary's
 */
export function createTokenizer(name: VocabularyName, table: Uint8Array, classes: CharacterClasses): Tokenizer {
  const ranks = new Ranks(name, table)
  const pieceEnd = PIECE_ENDS[name]
  const countMerged = createMerger(ranks)
  const memo = new PieceMemo()
  const text: Utf8Text = { bytes: new Uint8Array(BUFFER_BYTES), end: 0, classes }

  const countAnew = (start: number, end: number): number => {
    const { bytes } = text
    return ranks.rank(bytes, start, end) >= 0 ? 1 : countMerged(bytes, start, end)
  }

  return {
    name,
    count(source) {
      encodeInto(text, source)
      const view = new DataView(text.bytes.buffer)
      let tokens = 0
      for (let start = 0; start < text.end; ) {
        const end = pieceEnd(text, start)
        // Every byte is a token.
        tokens += end - start === 1 ? 1 : memo.recall(view, start, end, countAnew)
        start = end
      }
      if (text.bytes.length > BUFFER_BYTES) text.bytes = new Uint8Array(BUFFER_BYTES)
      return tokens
    },
  }
}

/** Puts the source's UTF-8 into the buffer, which grows to what is needed at most twice over. */
function encodeInto(text: Utf8Text, source: string): void {
  text.end = 0
  for (let read = 0; read < source.length; ) {
    const room = text.bytes.subarray(text.end, text.bytes.length - READ_AHEAD)
    const step = encoder.encodeInto(read === 0 ? source : source.slice(read), room)
    read += step.read
    text.end += step.written
    if (read < source.length) grow(text, source.length - read)
  }
}

/** The rest needs one to three bytes a code unit: room for one at first, and never less than half as much again. */
function grow(text: Utf8Text, unitsLeft: number): void {
  const bytes = new Uint8Array(text.end + Math.max(unitsLeft, text.end >> 1) + 4 + READ_AHEAD)
  bytes.set(text.bytes.subarray(0, text.end))
  text.bytes = bytes
}

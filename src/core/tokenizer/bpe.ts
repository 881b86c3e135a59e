/**
 * The counting engine: a text becomes UTF-8 in a buffer, and the vocabulary's rules split it into pieces. Each piece is
 * looked up as a whole, and merged only when it is not a token itself.
 */

import type { VocabularyName } from '../model/index.ts'
import { createPieceEnd } from './ascii-pieces.ts'
import type { CharacterClasses, Utf8Text } from './character-class.ts'
import { encodeInto } from './encode.ts'
import { MEMO_BYTES, PieceMemo } from './memo.ts'
import { createMerger } from './merge.ts'
import { Ranks } from './ranks.ts'
import { createStepwiseCount } from './stepwise.ts'
import type { Tokenizer } from './tokenizer.ts'

/** Size of the buffer between calls; a buffer that grew beyond it for a long text is released. */
const BUFFER_BYTES = 1 << 18

/** What one tokenizer keeps beside its table. */
export const TOKENIZER_BYTES = MEMO_BYTES + BUFFER_BYTES

/**
 * @param ranks the vocabulary's table, used in place
 * @throws M2MError TABLES_MISSING when it is not the table of that vocabulary
 */
export function createTokenizer(name: VocabularyName, table: Uint8Array, classes: CharacterClasses): Tokenizer {
  const ranks = new Ranks(name, table)
  const pieceEnd = createPieceEnd(name, classes)
  const merger = createMerger(ranks)
  const memo = new PieceMemo()
  const text: Utf8Text = { bytes: new Uint8Array(BUFFER_BYTES), end: 0, classes }

  let view = new DataView(text.bytes.buffer)

  const countPiece = (start: number, end: number): number => {
    const { bytes } = text
    return ranks.rank(bytes, start, end) >= 0 ? 1 : merger.count(bytes, start, end)
  }

  return {
    name,
    counting: createStepwiseCount({ ranks, merger, memo, pieceEnd, classes }),
    count(source) {
      encodeInto(text, source)
      if (view.buffer !== text.bytes.buffer) view = new DataView(text.bytes.buffer)
      let tokens = 0
      for (let start = 0; start < text.end; ) {
        const end = pieceEnd(text, start)
        // A single byte always is a token.
        tokens += end - start === 1 ? 1 : memo.recall(view, start, end, countPiece)
        start = end
      }
      if (text.bytes.length > BUFFER_BYTES) {
        text.bytes = new Uint8Array(BUFFER_BYTES)
        // It would keep the large buffer until the next count.
        view = new DataView(text.bytes.buffer)
      }
      return tokens
    },
  }
}

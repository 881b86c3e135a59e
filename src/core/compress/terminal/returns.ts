/**
 * Terminal output as pieces, where a carriage return that ends a record is a line end. The last text is remembered
 * (memory/text-memo.ts): it is encoded and verified.
 */

import { rememberingTexts } from '../memory/text-memo.ts'
import { hasLoneReturn, returnsOfLines } from './frames.ts'
import { type Piece, piecesOf } from './pieces.ts'

const MOVES_BETWEEN_ROWS = 'ABEFJ'

/**
 * @param text without colours
 * @returns undefined when the text holds something of unknown effect; so does a cursor that moves among records
 */
export const piecesAsMeant = rememberingTexts(1, (text): readonly Piece[] | undefined => {
  const pieces = piecesOf(text)
  if (pieces === undefined || !hasLoneReturn(text)) return pieces
  const returns = returnsOfLines(text)
  const hasRecords = returns.includes('records')
  const meant: Piece[] = []
  let line = 0
  for (const piece of pieces) {
    const isOfRecords = returns[line] === 'records'
    if (piece.kind === 'move' && hasRecords && mayLeave(piece, isOfRecords)) return undefined
    meant.push(piece.kind === 'return' && isOfRecords ? { kind: 'end', text: '\r' } : piece)
    if (piece.kind === 'end') line++
  }
  return meant
})

/** Among records, only an erase at the end of what is written has an effect that is sure: none. */
function mayLeave({ move, count }: Extract<Piece, { kind: 'move' }>, isOfRecords: boolean): boolean {
  return isOfRecords ? move !== 'K' || Boolean(count) : MOVES_BETWEEN_ROWS.includes(move)
}

/** Terminal output as a sequence of writes and moves. */

import { ESC } from './colours.ts'

export type Move = 'A' | 'B' | 'C' | 'D' | 'E' | 'F' | 'G' | 'J' | 'K'

export type Piece =
  | { readonly kind: 'text' | 'end' | 'return'; readonly text: string }
  /** A control sequence of ECMA-48; `count` is its parameter, undefined when absent. */
  | { readonly kind: 'move'; readonly move: Move; readonly count: number | undefined }

const PIECE = new RegExp(`\\r?\\n|\\r|${ESC}\\[(\\d*)([A-GJK])|[^\\r\\n${ESC}]+`, 'g')

/** Control characters but tab, line feed and return. Some move the cursor; one begins a sequence. */
const CONTROLS = new RegExp(`[^\\P{Cc}\\t\\r\\n${ESC}]`, 'u')

/** The pieces of a text without colours; undefined when it holds a sequence or a character of unknown effect. */
export function piecesOf(text: string): Piece[] | undefined {
  if (CONTROLS.test(text)) return undefined
  const pieces: Piece[] = []
  let end = 0
  for (const match of text.matchAll(PIECE)) {
    if (match.index !== end) return undefined
    end += match[0].length
    pieces.push(pieceOf(match))
  }
  return end === text.length ? pieces : undefined
}

function pieceOf([text, count, move]: RegExpExecArray): Piece {
  if (move !== undefined) return { kind: 'move', move: move as Move, count: count ? Number(count) : undefined }
  if (text === '\r') return { kind: 'return', text }
  return { kind: text.endsWith('\n') ? 'end' : 'text', text }
}

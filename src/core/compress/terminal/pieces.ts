/** Terminal output as a sequence of writes and moves. */

import { textUnits } from '../memory/text-units.ts'
import { ESC } from './colours.ts'

export type Move = 'A' | 'B' | 'C' | 'D' | 'E' | 'F' | 'G' | 'J' | 'K'

export type Piece =
  | { readonly kind: 'text' | 'end' | 'return'; readonly text: string }
  /** A control sequence of ECMA-48; `count` is its parameter, undefined when absent. */
  | { readonly kind: 'move'; readonly move: Move; readonly count: number | undefined }

const TAB = 0x09
const LINE_FEED = 0x0a
const RETURN = 0x0d
const ESCAPE = ESC.charCodeAt(0)
const OPEN = '['.charCodeAt(0)

/** By code: control characters but tab, line feed, return and escape. Some move the cursor; one begins a sequence. */
const IS_CONTROL = new Uint8Array(0x10000)
IS_CONTROL.fill(1, 0, 0x20).fill(1, 0x7f, 0xa0)
for (const code of [TAB, LINE_FEED, RETURN, ESCAPE]) IS_CONTROL[code] = 0

const ENDS_TEXT = IS_CONTROL.slice()
for (const code of [LINE_FEED, RETURN, ESCAPE]) ENDS_TEXT[code] = 1

const END = { kind: 'end', text: '\n' } as const
const END_OF_TWO = { kind: 'end', text: '\r\n' } as const
const BACK = { kind: 'return', text: '\r' } as const

/** The pieces of a text without colours; undefined when it holds a sequence or a character of unknown effect. */
export function piecesOf(text: string): Piece[] | undefined {
  const reader = new Reader(text)
  const pieces: Piece[] = []
  while (!reader.isAtEnd) {
    const piece = reader.next()
    if (piece === undefined) return undefined
    pieces.push(piece)
  }
  return pieces
}

/** Reads units one by one: a pattern takes three times as long where lines are short. */
class Reader {
  readonly #text: string
  readonly #units: Uint16Array
  #at = 0

  constructor(text: string) {
    this.#text = text
    this.#units = textUnits(text)
  }

  get isAtEnd(): boolean {
    return this.#at === this.#units.length
  }

  /** @returns undefined where the effect is unknown */
  next(): Piece | undefined {
    const unit = this.#units[this.#at]
    if (unit === ESCAPE) return this.#move()
    if (unit === LINE_FEED) return this.#take(END)
    if (unit !== RETURN) return this.#write()
    return this.#take(this.#units[this.#at + 1] === LINE_FEED ? END_OF_TWO : BACK)
  }

  #take(piece: Exclude<Piece, { kind: 'move' }>): Piece {
    this.#at += piece.text.length
    return piece
  }

  /** Up to a line's end or an escape. */
  #write(): Piece | undefined {
    const from = this.#at
    let end = from
    while (end < this.#units.length && !ENDS_TEXT[this.#units[end] as number]) end++
    if (IS_CONTROL[this.#units[end] as number] === 1) return undefined
    this.#at = end
    return { kind: 'text', text: this.#text.slice(from, end) }
  }

  #move(): Piece | undefined {
    const from = this.#at + 2
    let end = from
    while (isDigit(this.#units[end] as number)) end++
    const move = this.#units[from - 1] === OPEN ? MOVES.get(this.#units[end] as number) : undefined
    if (move === undefined) return undefined
    this.#at = end + 1
    return { kind: 'move', move, count: end > from ? Number(this.#text.slice(from, end)) : undefined }
  }
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39
}

const MOVES: ReadonlyMap<number, Move> = new Map(
  (['A', 'B', 'C', 'D', 'E', 'F', 'G', 'J', 'K'] as const).map((move) => [move.charCodeAt(0), move]),
)

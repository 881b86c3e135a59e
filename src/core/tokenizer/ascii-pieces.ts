/**
 * Pre-tokenisation of ASCII, which most text is: one look into a table of states for each byte. What the table does not
 * decide is left to split.ts: characters beyond ASCII, contractions, and line ends in a run of white space.
 */

import type { VocabularyName } from '../model/index.ts'
import {
  type CharacterClasses,
  CLASS_MASK,
  LOWER,
  NEWLINE,
  NUMBER,
  OTHER,
  SPACE,
  UPPER,
  type Utf8Text,
} from './character-class.ts'
import { cl100kPieceEnd, o200kPieceEnd, type PieceEnd } from './split.ts'

/** The piece ends before this byte. */
const END = 0
/** The piece ends one byte earlier: the last blank of a run goes with what follows. */
const EARLIER = 1
/** The functions of split.ts decide, from the start of the piece. */
const UNDECIDED = 2
/** The states of a piece that goes on are above UNDECIDED: one comparison tells them. */
const START = 3
/** A blank. It may stand before a word or symbols. */
const BLANK = 4
/** Another character of white space. It may stand before a word. */
const INDENT = 5
/** Two characters of white space or more, none of them a line end. */
const SPACES = 6
const LINE_ENDS = 7
/** One symbol. It may stand before a word. */
const SYMBOL = 8
/** The same, where a contraction may follow. */
const QUOTE = 9
const SYMBOLS = 10
/** Line ends after symbols. */
const TAIL = 11
/** Upper-case letters alone. */
const CAPITALS = 12
const WORD = 13
const ONE_DIGIT = 14
const TWO_DIGITS = 15
const THREE_DIGITS = 16
const STATES = 17

const APOSTROPHE = 0x27
const SLASH = 0x2f
const ONE_BLANK = 0x20
/** First letters of `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll`, `'d`. */
const CONTRACTIONS = /[strvmld]/i
const ASCII = 0x80
const BYTES = 0x100

/** @returns the split of the vocabulary's expression: the same ends as its function in split.ts, sooner */
export function createPieceEnd(name: VocabularyName, classes: CharacterClasses): PieceEnd {
  const states = statesOf(name, classes)
  const undecided = name === 'o200k_base' ? o200kPieceEnd : cl100kPieceEnd

  return (text: Utf8Text, start: number): number => {
    const { bytes, end } = text
    let state = START
    let at = start
    for (; at < end; at++) {
      state = states[state * BYTES + (bytes[at] ?? 0)] ?? END
      if (state <= UNDECIDED) break
    }
    // Whatever state it is in, a piece ends with the text.
    if (state === UNDECIDED) return undecided(text, start)
    return state === EARLIER ? at - 1 : at
  }
}

/** The next state, by state and byte. */
function statesOf(name: VocabularyName, classes: CharacterClasses): Uint8Array {
  const next = NEXT[name]
  return Uint8Array.from({ length: STATES * BYTES }, (_, index) => {
    const byte = index % BYTES
    if (byte >= ASCII) return UNDECIDED
    return next({ state: Math.floor(index / BYTES), byte, kind: (classes.ascii[byte] ?? OTHER) & CLASS_MASK })
  })
}

interface Step {
  readonly state: number
  readonly byte: number
  /** The character's class. */
  readonly kind: number
}

const NEXT: Readonly<Record<VocabularyName, (step: Step) => number>> = {
  o200k_base(step) {
    const { state, byte, kind } = step
    const isWord = state === CAPITALS || state === WORD
    if (isWord && byte === APOSTROPHE) return UNDECIDED
    if (kind === LOWER && (isWord || mayStandBeforeWord(state))) return WORD
    if (kind === UPPER && (state === CAPITALS || mayStandBeforeWord(state))) return CAPITALS
    if (byte === SLASH && state === TAIL) return TAIL
    return nextOfOthers(step)
  },
  cl100k_base(step) {
    const { state, byte, kind } = step
    if (state === START && byte === APOSTROPHE) return QUOTE
    if (state === QUOTE && CONTRACTIONS.test(String.fromCharCode(byte))) return UNDECIDED
    if ((kind === LOWER || kind === UPPER) && (state === WORD || mayStandBeforeWord(state))) return WORD
    return nextOfOthers(step)
  },
}

function mayStandBeforeWord(state: number): boolean {
  return state === START || state === BLANK || state === INDENT || state === SYMBOL || state === QUOTE
}

/** `\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`: the next state by class; where none stands, END. */
const OTHERS: Readonly<Partial<Record<number, Readonly<Partial<Record<number, number>>>>>> = {
  [START]: { [NUMBER]: ONE_DIGIT, [OTHER]: SYMBOL, [NEWLINE]: LINE_ENDS, [SPACE]: INDENT },
  [BLANK]: { [OTHER]: SYMBOLS, [NEWLINE]: UNDECIDED, [SPACE]: SPACES },
  [INDENT]: { [NEWLINE]: UNDECIDED, [SPACE]: SPACES },
  [SPACES]: { [NEWLINE]: UNDECIDED, [SPACE]: SPACES, ...byEach([LOWER, UPPER, NUMBER, OTHER], EARLIER) },
  [LINE_ENDS]: { [NEWLINE]: LINE_ENDS, [SPACE]: UNDECIDED },
  [SYMBOL]: { [OTHER]: SYMBOLS, [NEWLINE]: TAIL },
  [QUOTE]: { [OTHER]: SYMBOLS, [NEWLINE]: TAIL },
  [SYMBOLS]: { [OTHER]: SYMBOLS, [NEWLINE]: TAIL },
  [TAIL]: { [NEWLINE]: TAIL },
  [ONE_DIGIT]: { [NUMBER]: TWO_DIGITS },
  [TWO_DIGITS]: { [NUMBER]: THREE_DIGITS },
}

function byEach(kinds: readonly number[], state: number): Record<number, number> {
  return Object.fromEntries(kinds.map((kind) => [kind, state]))
}

function nextOfOthers({ state, byte, kind }: Step): number {
  if (state === START && byte === ONE_BLANK) return BLANK
  return OTHERS[state]?.[kind] ?? END
}

/**
 * Counts a long text in steps, so that others are served in between, and no further than is allowed: a megabyte of base64
 * takes as long as thirty of English.
 */

import type { Steps } from '../steps.ts'
import type { CharacterClasses, Utf8Text } from './character-class.ts'
import { encodeInto } from './encode.ts'
import { type PieceMemo, READ_AHEAD } from './memo.ts'
import type { Merger } from './merge.ts'
import type { Ranks } from './ranks.ts'
import type { PieceEnd } from './split.ts'
import type { Tokenizer } from './tokenizer.ts'

/** A byte that is merged costs as much as so many of ordinary text: 0.6 to 2 MB/s against 40 to 70. */
const MERGE_WORK = 32

/** Work of one step: some 4 ms of ordinary text, and of one that is merged. */
const STEP_WORK = 1 << 18

/** A longer piece is merged in steps as well. */
const LONG_PIECE = 4096

/** The parts of a tokenizer. */
interface Engine {
  readonly ranks: Ranks
  readonly merger: Merger
  readonly memo: PieceMemo
  readonly pieceEnd: PieceEnd
  readonly classes: CharacterClasses
}

/** @returns a count in which each text has a buffer of its own: another one may be counted between two steps */
export function createStepwiseCount(engine: Engine): NonNullable<Tokenizer['counting']> {
  return function* (source, allowedWork) {
    // A unit costs one at least, so nothing beyond is reached.
    const part = source.length > allowedWork ? source.slice(0, allowedWork) : source
    const count = new PartialCount(engine, part)
    // 15 MB of one letter are one piece: to find its end takes as long as all that came before.
    if (part.length > STEP_WORK) yield
    yield* count.run(allowedWork)
    const { tokens, work, share } = count
    return { tokens, work, share: part === source ? share : (share * part.length) / source.length }
  }
}

class PartialCount {
  /** Of the bytes before `#at`. */
  tokens = 0
  work = 0
  readonly #engine: Engine
  readonly #text: Utf8Text
  readonly #view: DataView
  #at = 0
  #isStuck = false

  constructor(engine: Engine, source: string) {
    this.#engine = engine
    this.#text = { bytes: new Uint8Array(source.length + READ_AHEAD + 1), end: 0, classes: engine.classes }
    encodeInto(this.#text, source)
    this.#view = new DataView(this.#text.bytes.buffer)
  }

  /** Of the text that is counted. */
  get share(): number {
    return this.#text.end === 0 ? 1 : this.#at / this.#text.end
  }

  *run(allowedWork: number): Steps<void> {
    const { pieceEnd } = this.#engine
    let pause = STEP_WORK
    while (this.#at < this.#text.end && this.work <= allowedWork && !this.#isStuck) {
      const end = pieceEnd(this.#text, this.#at)
      if (end - this.#at > LONG_PIECE && !this.#isToken(this.#at, end)) yield* this.#merge(end, allowedWork)
      else this.#add(end)
      if (this.work < pause) continue
      pause = this.work + STEP_WORK
      yield
    }
  }

  #add(end: number): void {
    const length = end - this.#at
    this.work += length
    this.tokens += length === 1 ? 1 : this.#engine.memo.recall(this.#view, this.#at, end, this.#countPiece)
    this.#at = end
  }

  readonly #countPiece = (start: number, end: number): number => {
    if (this.#isToken(start, end)) return 1
    this.work += MERGE_WORK * (end - start)
    return this.#engine.merger.count(this.#text.bytes, start, end)
  }

  #isToken(start: number, end: number): boolean {
    return this.#engine.ranks.rank(this.#text.bytes, start, end) >= 0
  }

  *#merge(end: number, allowedWork: number): Steps<void> {
    const before = this.tokens
    const start = this.#at
    const maxWindow = (allowedWork - this.work) / MERGE_WORK
    const steps = this.#engine.merger.counting(this.#text.bytes, { start, end }, maxWindow)
    for (let step = steps.next(); ; step = steps.next()) {
      const reached = step.done ? end : step.value.end
      // A larger window begins again: it costs again, and nothing is forgotten.
      this.work += MERGE_WORK * Math.max(LONG_PIECE, reached - this.#at)
      if (step.done) {
        this.#isStuck = step.value === undefined
        if (step.value === undefined) return
        this.tokens = before + step.value
        this.#at = end
        return
      }
      this.tokens = before + step.value.tokens
      this.#at = reached
      if (this.work > allowedWork) return
      yield
    }
  }
}

/**
 * The walk over the messages or items of a body. It may begin at a bookmark of an earlier body that is the same up to
 * there: an agent sends its whole history again with every turn.
 */

import { hash } from 'node:crypto'
import { endOf, type JsonTape, NONE, startOf } from '../../json/index.ts'
import type { KnownCalls } from '../known-calls.ts'
import type { AddedCall, Bookmark, Marking, NoteCount, Walked } from './bookmark.ts'
import { Calls } from './calls.ts'
import { elementsEnd } from './members.ts'
import type { Notes } from './notes.ts'
import { type Turn, Turns } from './turns.ts'

/** Bytes between two bookmarks, at least. */
const BOOKMARK_BYTES = 4096
/** The first bytes of a body that have bookmarks: hashed in three milliseconds, one step. */
const MAX_MARKED_BYTES = 4 * 1024 * 1024

/** What a walk takes beside the list. */
export interface WalkSources {
  readonly notes: Notes
  readonly known: KnownCalls | undefined
  readonly marking: Marking | undefined
}

/** Where nobody counts. */
const NOTHING: NoteCount = {
  blocks: 0,
  billed: 0,
  opening: 0,
  reasoning: 0,
  compactions: 0,
  lastAssistant: NONE,
  hasMedia: false,
}

export class Walk {
  readonly calls: Calls
  /** The first element that was not taken over. */
  readonly first: number
  readonly #tape: JsonTape
  readonly #list: number
  readonly #notes: Notes
  readonly #turns: Turns
  readonly #marking: Marking | undefined
  readonly #bookmarks: Bookmark[] = []
  readonly #rest: string
  /** What was noted in front of the elements. */
  readonly #base: NoteCount
  #nextMark = Number.POSITIVE_INFINITY

  /** @param list the node of the member `name` */
  constructor(tape: JsonTape, list: number, name: string, { notes, known, marking }: WalkSources) {
    this.#tape = tape
    this.#list = list
    this.#notes = notes
    this.#marking = marking
    this.#base = marking === undefined ? NOTHING : notes.countSince()
    this.#rest = marking === undefined ? '' : restOf(tape, list)
    const from = marking?.from
    const start = from?.walked.list === list && from.walked.rest === this.#rest ? from : undefined
    this.#turns = new Turns(tape, name, start?.bookmark.turns)
    this.calls = new Calls(tape, known)
    this.first = start?.bookmark.node ?? list + 1
    if (marking === undefined) return
    this.#nextMark = marking.least
    this.calls.added = []
    if (start !== undefined) this.#takeOver(start.walked, start.bookmark)
  }

  /** The end of the elements; 0 where the list is no array. */
  get end(): number {
    return elementsEnd(this.#tape, this.#list)
  }

  /** Must be called for each element in order, before anything is noted of it. */
  next(node: number): Turn {
    if (startOf(this.#tape, node) >= this.#nextMark) this.#mark(node)
    return this.#turns.next(node)
  }

  /** Keeps what the next walk needs. */
  close(): void {
    const marking = this.#marking
    const last = this.#bookmarks.at(-1)
    if (marking === undefined || last === undefined) return
    marking.walked = {
      list: this.#list,
      rest: this.#rest,
      bookmarks: this.#bookmarks,
      noted: this.#notes.since(this.#base, last.notes),
      calls: (this.calls.added as AddedCall[]).slice(0, last.calls),
    }
  }

  #takeOver({ bookmarks, noted, calls }: Walked, bookmark: Bookmark): void {
    this.#notes.restore(noted, bookmark.notes)
    this.calls.restore(calls, bookmark.calls, bookmark.open)
    for (const earlier of bookmarks) {
      if (earlier.position > bookmark.position) break
      if (earlier.position < this.#nextMark) continue
      this.#bookmarks.push(earlier)
      this.#nextMark = earlier.position + BOOKMARK_BYTES
    }
  }

  #mark(node: number): void {
    const position = startOf(this.#tape, node)
    // What an earlier reply or a message has said is not told by the bytes in front of the bookmark alone.
    if (position > MAX_MARKED_BYTES || !this.calls.isOfElements) {
      this.#nextMark = Number.POSITIVE_INFINITY
      return
    }
    this.#nextMark = position + BOOKMARK_BYTES
    this.#bookmarks.push({
      position,
      node,
      turns: this.#turns.state,
      notes: this.#notes.countSince(this.#base),
      calls: this.calls.added?.length ?? 0,
      open: this.calls.open,
    })
  }
}

function restOf(tape: JsonTape, list: number): string {
  return hash('sha256', tape.units.subarray(endOf(tape, list)), 'binary')
}

/** The blocks of a request that a later block may refer to, by name and by line, as the model gets to see them. */

import type { Block } from '../../dialect/index.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import { BlockNames } from './block-names.ts'
import { quoteOf, type Reference } from './reference.ts'

/** A block as it is sent. */
export interface Source {
  text(): string
  /** Do its lines mean what they say? Of one in a form of ours, only the whole is referred to. */
  isPlain(): boolean
}

/** A run of lines, `[start, end)` of the lines looked for, that stands in the block `name` as well. */
export interface Run {
  readonly start: number
  readonly end: number
  readonly name: string
  /** Where it starts there. */
  readonly place: number
}

/** Places of one line that are tried, newest first: a line that stands nearly everywhere tells no place. */
const MAX_PLACES = 8

/** Lines before the one looked for that a run may take in: blank ones, brackets, and those of too many places. */
const MAX_BEFORE = 16

/** Places of one quote that a reference may mean, oldest first. */
const MAX_QUOTED = 16

/** Lines without two letters or digits in a row (blank, brackets) neither start nor end a run. */
const TELLING = /[\p{L}\p{N}]{2}/u

export class EarlierBlocks {
  readonly #names = new BlockNames()
  /** Those whose lines are not known yet. */
  #added: { readonly name: string; readonly source: Source }[] = []
  readonly #blocks = new Map<string, readonly string[]>()
  /** Line to the newest of its places; each place knows the one before it. */
  readonly #newest = new Map<string, Place>()
  /** Whole texts in a form of ours, to the names of their blocks. */
  readonly #wholes = new Map<string, string>()
  /** Block to the places of its quotes; made when a reference to the block is first looked up. */
  readonly #quotes = new Map<string, Map<string, number[]>>()

  /**
   * Takes in one more block. Must be told of all of them, oldest first.
   * @param source asked when the first line is looked for after this
   * @returns what references call it; undefined when they cannot refer to it
   */
  add(block: Pick<Block, 'path' | 'callId'>, source: Source): string | undefined {
    const name = this.#names.next(block)
    if (name !== undefined) this.#added.push({ name, source })
    return name
  }

  /**
   * The longest run around the line `at` that stands in an earlier block.
   * @param from the first line that it may begin with
   */
  runAt(lines: readonly string[], at: number, from: number): Run | undefined {
    this.#takeIn()
    let longest: Run | undefined
    let place = this.#newest.get(lines[at] as string)
    for (let tried = 0; place !== undefined && tried < MAX_PLACES; tried++) {
      const run = around(lines, at, from, place)
      if (longest === undefined || run.end - run.start > longest.end - longest.start) longest = run
      place = place.older
    }
    return longest
  }

  /** The name of the block that is this very text in a form of ours. */
  wholeBlock(text: string): string | undefined {
    this.#takeIn()
    return this.#wholes.get(text)
  }

  /** What a reference stands for; undefined when its block or the lines it quotes are not there. */
  linesOf(reference: Reference): readonly string[] | undefined {
    const place = this.placeOf(reference)
    return place === undefined ? undefined : this.#blocks.get(reference.block)?.slice(place, place + reference.lines)
  }

  /** The first place that a reference fits. */
  placeOf({ block, lines, first, last }: Reference): number | undefined {
    this.#takeIn()
    const there = this.#blocks.get(block)
    if (there === undefined) return undefined
    const isRun = (place: number): boolean => {
      const end = there[place + lines - 1]
      return end !== undefined && quoteOf(end) === last
    }
    return this.#quotesOf(block, there).get(first)?.find(isRun)
  }

  #takeIn(): void {
    for (const { name, source } of this.#added) {
      const text = source.text()
      if (text.length > MAX_BLOCK_BYTES) continue
      const lines = text.split('\n')
      this.#blocks.set(name, lines)
      if (source.isPlain()) this.#index(name, lines)
      else if (!this.#wholes.has(text)) this.#wholes.set(text, name)
    }
    this.#added = []
  }

  #index(name: string, lines: readonly string[]): void {
    for (const [at, line] of lines.entries()) {
      if (TELLING.test(line)) this.#newest.set(line, { lines, name, at, older: this.#newest.get(line) })
    }
  }

  #quotesOf(name: string, lines: readonly string[]): ReadonlyMap<string, readonly number[]> {
    const known = this.#quotes.get(name)
    if (known !== undefined) return known
    const quotes = new Map<string, number[]>()
    for (const [at, line] of lines.entries()) {
      const quote = quoteOf(line)
      const places = quotes.get(quote) ?? []
      if (places.length === 0) quotes.set(quote, places)
      if (places.length < MAX_QUOTED) places.push(at)
    }
    this.#quotes.set(name, quotes)
    return quotes
  }
}

interface Place {
  readonly lines: readonly string[]
  readonly name: string
  readonly at: number
  readonly older: Place | undefined
}

/** The run of equal lines around `at` here and `place` there, from a telling line to a telling line. */
function around(lines: readonly string[], at: number, from: number, place: Place): Run {
  const there = place.lines
  const offset = place.at - at
  const earliest = Math.max(from, at - MAX_BEFORE)
  let start = at
  while (start > earliest && lines[start - 1] === there[start - 1 + offset]) start--
  let end = at + 1
  while (end < lines.length && lines[end] === there[end + offset]) end++
  while (!TELLING.test(lines[start] as string)) start++
  while (!TELLING.test(lines[end - 1] as string)) end--
  return { start, end, name: place.name, place: start + offset }
}

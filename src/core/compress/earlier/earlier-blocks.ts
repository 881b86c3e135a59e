/** The blocks that a later block of the request may refer to, by name and by line, as the model sees them. */

import type { Block } from '../../dialect/index.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import { BlockNames } from './block-names.ts'
import { quoteOf, type Reference, type WholeReference } from './reference.ts'

/** A block as it is sent. */
export interface Source {
  text(): string
  /** Does each line stand for itself? A block in a form of ours is referred to only as a whole. */
  isPlain(): boolean
}

/** A run of lines, `[start, end)` of the current block, that the block `name` contains as well. */
export interface Run {
  readonly start: number
  readonly end: number
  readonly name: string
  /** Its first line there. */
  readonly place: number
}

/** Places of one line that are tried, newest first: a line that occurs nearly everywhere does not identify a place. */
const MAX_PLACES = 8

/** Lines before the current one that a run may include: blank lines, brackets, and lines with too many places. */
const MAX_BEFORE = 16

/** Places of one quote that a reference may mean, oldest first. */
const MAX_QUOTED = 16

/** Lines without two letters or digits in a row (blank, brackets) neither start nor end a run. */
const TELLING = /[\p{L}\p{N}]{2}/u

export class EarlierBlocks {
  readonly #names: BlockNames
  /** Blocks whose lines are not indexed yet. */
  #added: { readonly name: string; readonly source: Source }[] = []
  readonly #blocks = new Map<string, readonly string[]>()
  /** Maps a line to its newest place; each place links to the one before it. */
  readonly #newest = new Map<string, Place>()
  /** Maps whole texts in a form of ours to the names of their blocks. */
  readonly #wholes = new Map<string, string>()
  /** Maps a block to the places of its quotes; filled when a reference to the block is first resolved. */
  readonly #quotes = new Map<string, Map<string, number[]>>()

  /** @param names those of the whole request: a name is given once, also to blocks that are out of reach here */
  constructor(names = new BlockNames()) {
    this.#names = names
  }

  /**
   * Adds one block. Must be called for all of them, oldest first.
   * @param source read at the next search for a line
   * @returns the name for references; undefined when they cannot refer to it
   */
  add(block: Pick<Block, 'path' | 'callId'>, source: Source): string | undefined {
    const name = this.#names.next(block)
    if (name !== undefined) this.addNamed(name, source)
    return name
  }

  /** Adds a block that has its name already. */
  addNamed(name: string, source: Source): void {
    this.#added.push({ name, source })
  }

  /**
   * The longest run around the line `at` that an earlier block contains.
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

  /** The name of the block with exactly this text in a form of ours. */
  wholeBlock(text: string): string | undefined {
    this.#takeIn()
    return this.#wholes.get(text)
  }

  /** The text for a reference to a whole block; undefined when the block is missing or another one. */
  wholeText({ block, lines }: WholeReference): string | undefined {
    this.#takeIn()
    const there = this.#blocks.get(block)
    return there?.length === lines ? there.join('\n') : undefined
  }

  /** The lines for a reference; undefined when its block or the quoted lines are missing. */
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

/** The run of equal lines around `at` here and `place` there; it starts and ends with a line that `TELLING` matches. */
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

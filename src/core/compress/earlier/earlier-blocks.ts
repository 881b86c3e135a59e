/** The blocks that a later block of the request may refer to, by name and by line, as the model sees them. */

import type { Block } from '../../dialect/index.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import { BlockNames } from './block-names.ts'
import { LineIndex, NOWHERE } from './line-index.ts'
import { hashOf, isTelling, type LinePrint, printOf } from './line-print.ts'
import { quoteOf, type Reference, type WholeReference } from './reference.ts'

/** A block as it is sent. */
export interface Source {
  text(): string
  /** Does each line stand for itself? A block in a form of ours is referred to only as a whole. */
  isPlain(): boolean
  /** Its lines as hashes, where they are remembered: most blocks of a request were in the one before, and are never read. */
  print?(): LinePrint
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

/** A block, split into lines on the first question for its text. */
class Added {
  readonly name: string
  readonly source: Source
  /** The place of its first line in the index; undefined for a block in a form of ours. */
  first: number | undefined
  #lines: readonly string[] | undefined
  #print: LinePrint | undefined

  constructor(name: string, source: Source) {
    this.name = name
    this.source = source
  }

  get print(): LinePrint {
    const { source } = this
    this.#print ??= source.print?.() ?? printOf(source.text(), source.isPlain())
    return this.#print
  }

  get lines(): readonly string[] {
    this.#lines ??= this.source.text().split('\n')
    return this.#lines
  }
}

export class EarlierBlocks {
  readonly #names: BlockNames
  /** Blocks whose lines are not indexed yet. */
  #added: Added[] = []
  readonly #blocks = new Map<string, Added>()
  readonly #index = new LineIndex()
  /** The blocks that are indexed line by line, in order. */
  readonly #indexed: Added[] = []
  /** Maps the hash of a whole text in a form of ours to its blocks, the first one first. */
  readonly #wholes = new Map<number, Added[]>()
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
    this.#added.push(new Added(name, source))
  }

  /**
   * The longest run around the line `at` that an earlier block contains.
   * @param from the first line that it may begin with
   */
  runAt(lines: readonly string[], at: number, from: number): Run | undefined {
    this.#takeIn()
    const line = lines[at] as string
    let longest: Run | undefined
    let tried = 0
    for (let place = this.#index.newest(hashOf(line)); place !== NOWHERE; place = this.#index.older(place)) {
      const block = this.#blockAt(place)
      const offset = place - (block.first as number) - at
      // Another line may have the same hash.
      if (block.lines[at + offset] !== line) continue
      const run = around(lines, at, from, { lines: block.lines, offset })
      if (longest === undefined || run.end - run.start > longest.end - longest.start) {
        longest = { ...run, name: block.name, place: run.start + offset }
      }
      if (++tried === MAX_PLACES) break
    }
    return longest
  }

  /** The name of the block with exactly this text in a form of ours. */
  wholeBlock(text: string): string | undefined {
    this.#takeIn()
    return this.#wholes.get(hashOf(text))?.find(({ source }) => source.text() === text)?.name
  }

  /** The text for a reference to a whole block; undefined when the block is missing or another one. */
  wholeText({ block, lines }: WholeReference): string | undefined {
    this.#takeIn()
    const there = this.#blocks.get(block)?.lines
    return there?.length === lines ? there.join('\n') : undefined
  }

  /** The lines for a reference; undefined when its block or the quoted lines are missing. */
  linesOf(reference: Reference): readonly string[] | undefined {
    const place = this.placeOf(reference)
    return place === undefined
      ? undefined
      : this.#blocks.get(reference.block)?.lines.slice(place, place + reference.lines)
  }

  /** The first place that a reference fits. */
  placeOf({ block, lines, first, last }: Reference): number | undefined {
    this.#takeIn()
    const there = this.#blocks.get(block)?.lines
    if (there === undefined) return undefined
    const isRun = (place: number): boolean => {
      const end = there[place + lines - 1]
      return end !== undefined && quoteOf(end) === last
    }
    return this.#quotesOf(block, there).get(first)?.find(isRun)
  }

  #takeIn(): void {
    if (this.#added.length === 0) return
    let lines = 0
    for (const { print } of this.#added) lines += print.lines?.length ?? 0
    this.#index.expect(lines)
    for (const block of this.#added) this.#enter(block)
    this.#added = []
  }

  #enter(block: Added): void {
    const { name, print } = block
    if (print.units > MAX_BLOCK_BYTES) return
    this.#blocks.set(name, block)
    if (print.lines === undefined) {
      const alike = this.#wholes.get(print.whole)
      if (alike === undefined) this.#wholes.set(print.whole, [block])
      else alike.push(block)
    } else {
      block.first = this.#index.add(print.lines)
      this.#indexed.push(block)
    }
  }

  /** The block that has the line at this place of the index. */
  #blockAt(place: number): Added {
    let low = 0
    let high = this.#indexed.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#indexed[middle]?.first as number) <= place) low = middle
      else high = middle - 1
    }
    return this.#indexed[low] as Added
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

/** The lines of another block, and how far each is from the same line here. */
interface There {
  readonly lines: readonly string[]
  readonly offset: number
}

/** The run of equal lines around `at` here and there; it starts and ends with a telling line. */
function around(lines: readonly string[], at: number, from: number, there: There): Pick<Run, 'start' | 'end'> {
  const { lines: others, offset } = there
  const earliest = Math.max(from, at - MAX_BEFORE)
  let start = at
  while (start > earliest && lines[start - 1] === others[start - 1 + offset]) start--
  let end = at + 1
  while (end < lines.length && lines[end] === others[end + offset]) end++
  while (!isTelling(lines[start] as string)) start++
  while (!isTelling(lines[end - 1] as string)) end--
  return { start, end }
}

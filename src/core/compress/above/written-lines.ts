/** The lines of a block that are written so far, and the places of runs among them. */

import { type More, quoteOf } from './reference.ts'

/** Places of one line that are looked at, the nearest first. */
const MAX_TRIED = 8

export class WrittenLines {
  /** With their ends; undefined for a reference, which no other reference leads to. */
  readonly #lines: (string | undefined)[] = []
  readonly #places = new Map<string, number[]>()

  add(line: string): void {
    const places = this.#places.get(line)
    if (places === undefined) this.#places.set(line, [this.#lines.length])
    else places.push(this.#lines.length)
    this.#lines.push(line)
  }

  addReference(): void {
    this.#lines.push(undefined)
  }

  /**
   * The longest run above that equals the lines from `at` on, without blank lines at its ends; empty when there is none.
   * @returns the run, and whether it is the last of what is written
   */
  runOf(lines: readonly string[], at: number): { readonly run: readonly string[]; readonly isLast: boolean } {
    let longest = 0
    let isLast = false
    const places = isBlank(lines[at] as string) ? [] : this.#nearest(lines[at] as string)
    for (const place of places) {
      let length = 0
      while (at + length < lines.length && this.#lines[place + length] === lines[at + length]) length++
      if (length > longest) isLast = place + length === this.#lines.length
      longest = Math.max(longest, length)
    }
    if (!isLast) while (longest > 0 && isBlank(lines[at + longest - 1] as string)) longest--
    return { run: lines.slice(at, at + longest), isLast }
  }

  /** The last lines; undefined where one of them is a reference. */
  last(count: number): readonly string[] | undefined {
    return count > this.#lines.length ? undefined : whole(this.#lines.slice(this.#lines.length - count))
  }

  get count(): number {
    return this.#lines.length
  }

  /**
   * The nearest lines below one that equals `line`, up to the one that is quoted; undefined where there are none.
   * @param count only the first lines are searched
   */
  below(line: string, { lines, last }: More, count: number): readonly string[] | undefined {
    for (const place of this.#nearest(line, count)) {
      const run = whole(this.#lines.slice(place + 1, Math.min(place + 1 + lines, count)))
      if (run?.length === lines && quoteOf(run.at(-1) as string) === last) return run
    }
    return undefined
  }

  /** The nearest places of a line among the first `count` lines: all, or all but the last one. */
  #nearest(line: string, count = this.#lines.length): readonly number[] {
    const places = (this.#places.get(line) ?? []).slice(-MAX_TRIED - 1)
    return places
      .filter((place) => place < count)
      .slice(-MAX_TRIED)
      .toReversed()
  }
}

function whole(lines: readonly (string | undefined)[]): readonly string[] | undefined {
  return lines.includes(undefined) ? undefined : (lines as readonly string[])
}

function isBlank(line: string): boolean {
  return line.trim() === ''
}

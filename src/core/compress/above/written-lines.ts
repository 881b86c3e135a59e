/** The lines of a block that are written so far, and the places of runs among them. */

import { type Above, quoteOf } from './reference.ts'

/** Places with one quote that are looked at, the nearest first. */
const MAX_TRIED = 8

export class WrittenLines {
  /** With their ends; undefined for a reference, which no other reference leads to. */
  readonly #lines: (string | undefined)[] = []
  readonly #places = new Map<string, number[]>()

  add(line: string): void {
    const quote = quoteOf(line)
    const places = this.#places.get(quote)
    if (places === undefined) this.#places.set(quote, [this.#lines.length])
    else places.push(this.#lines.length)
    this.#lines.push(line)
  }

  addReference(): void {
    this.#lines.push(undefined)
  }

  /** The longest run above that equals the lines from `at` on, without blank lines at its ends. */
  runOf(lines: readonly string[], at: number): readonly string[] {
    let longest = 0
    if (isBlank(lines[at] as string)) return []
    for (const place of this.#nearest(quoteOf(lines[at] as string))) {
      let length = 0
      while (at + length < lines.length && this.#lines[place + length] === lines[at + length]) length++
      longest = Math.max(longest, length)
    }
    while (longest > 0 && isBlank(lines[at + longest - 1] as string)) longest--
    return lines.slice(at, at + longest)
  }

  /** The nearest run that the quotes lead to; undefined where they lead nowhere. */
  find({ lines, first, last }: Above): readonly string[] | undefined {
    for (const place of this.#nearest(first)) {
      const run = this.#lines.slice(place, place + lines)
      const end = run.at(-1)
      if (run.length === lines && end !== undefined && quoteOf(end) === last) {
        return run.includes(undefined) ? undefined : (run as string[])
      }
    }
    return undefined
  }

  #nearest(quote: string): readonly number[] {
    return (this.#places.get(quote) ?? []).slice(-MAX_TRIED).toReversed()
  }
}

function isBlank(line: string): boolean {
  return line.trim() === ''
}

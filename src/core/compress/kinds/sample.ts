/** What is looked at to tell the kind of a text: whole lines from its start, its middle and its end, without colours. */

import { isLogged } from './log-line.ts'

export interface Sample {
  /** Lines that are not blank, without colours, line ends and trailing blanks, in order, each cut to `MAX_UNITS`. */
  readonly lines: readonly string[]
  /** For each line: does it begin as a record of a log? */
  readonly logged: readonly boolean[]
  /** The whole text. Only linear searches for a fixed string may read it. */
  readonly text: string
}

/** UTF-16 units from the start; half as many from the middle and from the end. */
const WINDOW = 6 * 1024

/** Lines from the start; half as many from the middle and from the end. */
const MAX_LINES = 24

/** The start of a line tells its kind. */
const MAX_UNITS = 240

/** Units that tell how a line begins. */
const START = 8

/** What tools put before the streams of a command: it says nothing about the text. */
const WRAPPER = /^(?:stdout|stderr|output)\s*:?$/i

const ESC = '\u001b'

/** ECMA-48 control sequences: colours, and the erasing that `grep` puts behind each of them. */
const SEQUENCES = new RegExp(`${ESC}\\[[\\d;:?]{0,32}[A-Za-z]`, 'g')

export function sampleOf(text: string): Sample {
  return new LazySample(text)
}

/** A class: V8 keeps the scope of a literal's getter, and this text with it, until the next full collection. */
class LazySample implements Sample {
  readonly text: string
  readonly lines: readonly string[]
  #logged: readonly boolean[] | undefined

  constructor(text: string) {
    this.text = text
    this.lines = linesOf(text)
  }

  get logged(): readonly boolean[] {
    this.#logged ??= this.lines.map(isLogged)
    return this.#logged
  }
}

/** The share of lines that a pattern without the flags `g` and `y` matches. */
export function shareOf({ lines }: Sample, pattern: RegExp): number {
  let matches = 0
  for (const line of lines) if (pattern.test(line)) matches++
  return lines.length === 0 ? 0 : matches / lines.length
}

/** The share of lines that begin in another way than all lines before them. */
export function distinctStarts({ lines }: Sample): number {
  return lines.length === 0 ? 1 : new Set(lines.map((line) => line.trimStart().slice(0, START))).size / lines.length
}

export function withoutSequences(text: string): string {
  return text.includes(ESC) ? text.replace(SEQUENCES, '') : text
}

function linesOf(text: string): string[] {
  const lines: string[] = []
  const { length } = text
  if (length <= WINDOW) {
    take(lines, withoutSequences(text), 2 * MAX_LINES)
    return lines
  }
  take(lines, withoutSequences(text.slice(0, WINDOW)), MAX_LINES)
  for (const from of [(length - WINDOW / 2) >>> 1, length - WINDOW / 2]) {
    const window = text.slice(from, from + WINDOW / 2)
    // The first line may be cut.
    take(lines, withoutSequences(window.slice(window.indexOf('\n') + 1)), MAX_LINES / 2)
  }
  return lines
}

function take(lines: string[], window: string, count: number): void {
  const most = lines.length + count
  for (let at = 0; at < window.length && lines.length < most; ) {
    const end = window.indexOf('\n', at)
    const next = end < 0 ? window.length : end
    const line = window.slice(at, Math.min(next, at + MAX_UNITS)).trimEnd()
    if (line !== '' && !WRAPPER.test(line)) lines.push(line)
    at = next + 1
  }
}

/**
 * How lines with a name are written. The first of a kind is the definition, `A=took {12} ms in {east}`; others are its
 * name and their own parts, `A 15 west`. Parts with spaces are separated by bars: `A|15|far west`.
 */

/** What encloses the parts in definitions: the first pair whose marks no definition holds. */
export const BRACKETS = ['{}', '<>', '«»'] as const

/** What stands before names: the first sign with which no line of the text looks named. */
export const SIGNS = ['', '#'] as const

/** A name, and what may stand behind it, with or without a sign. */
const NAMED = /^(#?)([A-Z]{1,2})(?:([=| ])(.*))?$/s

/** How the lines of a text are marked. */
export interface Marks {
  readonly sign: string
  /** Around parts. */
  readonly brackets: string
}

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']

/** A to Z, then AA to ZZ: there are no more. */
export const NAMES: readonly string[] = [...LETTERS, ...LETTERS.flatMap((a) => LETTERS.map((b) => a + b))]

/** Would a reader take the line for a named one? */
export function looksNamed(line: string, sign: string): boolean {
  return NAMED.exec(line)?.[1] === sign
}

export function writeDefinition(
  name: string,
  constants: readonly string[],
  parts: readonly string[],
  brackets: string,
): string {
  const rest = parts.map((part, i) => `${brackets[0]}${part}${brackets[1]}${constants[i + 1]}`).join('')
  return `${name}=${constants[0]}${rest}`
}

/** @returns undefined when the parts cannot be told apart */
export function writeRow(name: string, parts: readonly string[]): string | undefined {
  if (parts.length === 0) return name
  // A carriage return at the end of a line would be taken for a part of the line's end.
  if ((parts.at(-1) as string).endsWith('\r')) return undefined
  const inner = parts.slice(0, -1)
  if (parts.at(-1) !== '' && inner.every((part) => part !== '' && !part.includes(' ')))
    return `${name} ${parts.join(' ')}`
  return inner.some((part) => part.includes('|')) ? undefined : `${name}|${parts.join('|')}`
}

/** Reads lines in order, and keeps the definitions. */
export class NamedLines {
  readonly #marks: Marks
  readonly #constants = new Map<string, readonly string[]>()

  constructor(marks: Marks) {
    this.#marks = marks
  }

  /** The line that `line` stands for, which may be itself; undefined for a row or definition that is none. */
  read(line: string): string | undefined {
    const [, sign, name, mark, rest] = NAMED.exec(line) ?? []
    if (name === undefined || sign !== this.#marks.sign) return line
    if (mark === '=') return NAMES[this.#constants.size] === name ? this.#define(name, rest as string) : undefined
    const constants = this.#constants.get(name)
    return constants && fill(constants, mark, rest)
  }

  #define(name: string, text: string): string | undefined {
    const [open, close] = this.#marks.brackets as unknown as [string, string]
    const [first, ...others] = text.split(open)
    const pieces = others.map((piece) => piece.split(close))
    if ((first as string).includes(close) || pieces.some(({ length }) => length !== 2)) return undefined
    this.#constants.set(name, [first as string, ...pieces.map(([, constant]) => constant as string)])
    return first + pieces.flat().join('')
  }
}

function fill(constants: readonly string[], mark: string | undefined, rest = ''): string | undefined {
  const parts = mark === undefined ? [] : splitInto(constants.length - 1, rest, mark)
  if (parts.length !== constants.length - 1) return undefined
  return constants.map((constant, i) => constant + (parts[i] ?? '')).join('')
}

/** The last part may hold the mark. */
function splitInto(count: number, text: string, mark: string): string[] {
  const pieces = text.split(mark)
  return pieces.length <= count ? pieces : [...pieces.slice(0, count - 1), pieces.slice(count - 1).join(mark)]
}

/**
 * The notation of named lines. The first line of a kind is the definition, `A=took {12} ms in {east}`; the others are
 * its name and their own parts, `A 15 west`. Parts with spaces are separated by bars: `A|15|far west`.
 */

/** The brackets around parts in definitions: the first pair that no definition contains. */
const BRACKETS = ['{}', '<>', '«»'] as const

/** The sign before names: the first one with which no line of the text looks named. */
export const SIGNS = ['', '#'] as const

/** A name, and the text that may follow it, with or without a sign. */
const NAMED = /^(#?)([A-Z]{1,2})([=| ].*)?$/s

/** The marks that a text's named lines use. */
export interface Marks {
  readonly sign: string
  /** The brackets around parts. */
  readonly brackets: string
}

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']

/** A to Z, then AA to ZZ: there are no more. */
export const NAMES: readonly string[] = [...LETTERS, ...LETTERS.flatMap((a) => LETTERS.map((b) => a + b))]

/** Would a reader take the line for a named one? */
export function looksNamed(line: string, sign: string): boolean {
  return line.startsWith(sign) && NAMED.exec(line)?.[1] === sign
}

/** The first pair of brackets that none of the texts contains. */
export function bracketsFor(texts: readonly string[]): string | undefined {
  return BRACKETS.find((pair) => !texts.some((text) => [...pair].some((mark) => text.includes(mark))))
}

/** A text with brackets around its parts. */
export function writeDefinition(constants: readonly string[], parts: readonly string[], brackets: string): string {
  return constants[0] + parts.map((part, i) => `${brackets[0]}${part}${brackets[1]}${constants[i + 1]}`).join('')
}

/** The constants of a definition, and the text without brackets; undefined when the brackets do not match. */
export function readDefinition(
  text: string,
  brackets: string,
): { readonly constants: readonly string[]; readonly whole: string } | undefined {
  const [opening = '', closing = ''] = brackets
  const [first = '', ...others] = text.split(opening)
  const pieces = others.map((piece) => piece.split(closing))
  if (first.includes(closing) || pieces.some(({ length }) => length !== 2)) return undefined
  const constants = [first, ...pieces.map(([, constant = '']) => constant)]
  return { constants, whole: first + pieces.flat().join('') }
}

/** @returns undefined when the parts cannot be separated */
export function writeRow(name: string, parts: readonly string[]): string | undefined {
  const last = parts.at(-1)
  if (last === undefined) return name
  // A carriage return at the end of a line would be read as a part of the line's end.
  if (last.endsWith('\r')) return undefined
  const inner = parts.slice(0, -1)
  if (last !== '' && inner.every((part) => part !== '' && !part.includes(' '))) return `${name} ${parts.join(' ')}`
  return inner.some((part) => part.includes('|')) ? undefined : `${name}|${parts.join('|')}`
}

/** Reads lines in order, and remembers the definitions. */
export class NamedLines {
  readonly #marks: Marks
  readonly #constants = new Map<string, readonly string[]>()

  constructor(marks: Marks) {
    this.#marks = marks
  }

  /** The line for `line`, which may be itself; undefined for an invalid row or definition. */
  read(line: string): string | undefined {
    const [, sign, name, tail = ''] = NAMED.exec(line) ?? []
    if (name === undefined || sign !== this.#marks.sign) return line
    if (tail.startsWith('='))
      return NAMES[this.#constants.size] === name ? this.#define(name, tail.slice(1)) : undefined
    const constants = this.#constants.get(name)
    return constants && fillRow(constants, tail)
  }

  #define(name: string, text: string): string | undefined {
    const definition = readDefinition(text, this.#marks.brackets)
    if (definition !== undefined) this.#constants.set(name, definition.constants)
    return definition?.whole
  }
}

/**
 * The line for a row.
 * @param tail the text after the name: each part follows the separator, which the last part may contain
 */
export function fillRow(constants: readonly string[], tail: string): string | undefined {
  const count = constants.length - 1
  const [mark] = tail
  let [whole] = constants
  if (count <= 0 || mark === undefined || whole === undefined) return count === 0 && tail === '' ? whole : undefined
  let from = 1
  for (let nth = 1; nth <= count; nth++) {
    const end = nth === count ? tail.length : tail.indexOf(mark, from)
    if (end < 0) return undefined
    whole += tail.slice(from, end) + constants[nth]
    from = end + 1
  }
  return whole
}

/** What lines have in common, and what is left of each. */

/** Each line is the first constant, its first part, the second constant and so on: one constant more than parts. */
export interface Template {
  readonly constants: readonly string[]
  /** Per line, what stands between the constants. */
  readonly parts: readonly (readonly string[])[]
}

type Pieces = readonly string[]

/** A word or number, white space, or one other character. */
const PIECE = /[\p{L}\p{N}\p{M}\p{Cs}]+|\s+|./gsu

export function piecesOf(line: string): Pieces {
  return line.match(PIECE) ?? []
}

/** @param lines at least one; in equally many pieces, which are compared place by place */
export function templateOf(lines: readonly Pieces[]): Template {
  const first = lines[0] as Pieces
  const varies = first.map((piece, at) => lines.some((pieces) => pieces[at] !== piece))
  const constants = ['']
  const parts: string[][] = lines.map(() => [])
  let isOpen = false
  for (let at = 0; at < first.length; at++) {
    const isPart: boolean = varies[at] === true || (isOpen && isBridge(first, varies, at))
    if (isPart && !isOpen) constants.push('')
    isOpen = isPart
    if (!isOpen) constants[constants.length - 1] += first[at] as string
    else
      for (const [i, pieces] of lines.entries())
        addPart(parts[i] as string[], constants.length - 1, pieces[at] as string)
  }
  return narrowed(constants, parts)
}

/** Lengthens the `nth` part, from 1, of a line. */
function addPart(parts: string[], nth: number, piece: string): void {
  parts[nth - 1] = (parts[nth - 1] ?? '') + piece
}

/** A mark between two parts costs as much as what would part them: `20:15.234` is one part. */
function isBridge(pieces: Pieces, varies: readonly boolean[], at: number): boolean {
  return varies[at + 1] === true && /^(?:[^\p{L}\p{N}\s]| )$/u.test(pieces[at] as string)
}

/** Gives to the constants what all parts at a place start or end with. */
function narrowed(constants: string[], parts: string[][]): Template {
  for (let nth = 0; nth + 1 < constants.length; nth++) {
    const pieces = parts.map((line) => piecesOf(line[nth] as string))
    const start = sharedStart(pieces, Number.POSITIVE_INFINITY)
    const shortest = pieces.reduce((least, { length }) => Math.min(least, length), Number.POSITIVE_INFINITY)
    const end = sharedStart(
      pieces.map((line) => line.toReversed()),
      shortest - start,
    )
    const first = pieces[0] as Pieces
    constants[nth] += first.slice(0, start).join('')
    constants[nth + 1] = first.slice(first.length - end).join('') + constants[nth + 1]
    for (const [i, line] of pieces.entries())
      (parts[i] as string[])[nth] = line.slice(start, line.length - end).join('')
  }
  return { constants, parts }
}

/** How many pieces all lines start with, up to `max`. */
function sharedStart(lines: readonly Pieces[], max: number): number {
  const first = lines[0] as Pieces
  const limit = Math.min(first.length, max)
  let length = 0
  while (length < limit && lines.every((pieces) => pieces[length] === first[length])) length++
  return length
}

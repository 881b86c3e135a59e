/** Finds lines that are so similar that the first of them can represent the others. */

import { guessTokens } from '../lines/cost.ts'
import { bareLinesOf, startsOfLines } from '../lines/lines.ts'
import { kindOf, type Pieces, piecesOf, sliceOf, startOfLine, wordPiecesOf } from '../lines/pieces.ts'
import { isWorthNames, savedTokens, type Template, templateOf } from './template.ts'

export interface Cluster {
  /** The indexes of its lines, in order; at least two. */
  readonly at: readonly number[]
  /** Their common text; its parts are in the same order. */
  readonly template: Template
  /** Estimate of the tokens that its name saves. */
  readonly saved: number
}

/** A cluster that saves less does not get a name. */
const MIN_SAVED_TOKENS = 4

/** Shorter lines hold too little. */
const MIN_LINE = 8

/** Longer lines are records rather than lines. */
const MAX_LINE = 4000

/** The share of a line that the second line of a kind must have in common. */
const MIN_SHARED = 0.2

/** The number of kinds that a line is compared with: the latest ones with the same number of words. */
const MAX_KINDS = 16

/**
 * Finds lines that differ only in numbers and in names with digits; among the other lines, the groups with the same
 * number of words that save the most. Returns none when they save little: code and prose are better left unchanged.
 * @param isForm lines that keep their place
 */
export function clustersOf(text: string, isForm: readonly boolean[]): readonly Cluster[] {
  const lines = bareLinesOf(text).map((line, at) => (isForm[at] === true ? '' : line))
  const starts = startsOfLines(text)
  const piecesAt = (at: number): Pieces => {
    const start = starts[at] as number
    return piecesOf(text, start, start + (lines[at] as string).length)
  }
  const pieces = new Map(everyIndex(lines).map((at) => [at, piecesAt(at)]))
  const kinds = groupsBy(pieces, kindOf)
  const alike = kinds.map((at) => clusterOf(pieces, at)).filter((cluster) => cluster !== undefined)
  for (const at of alike.flatMap((cluster) => cluster.at)) pieces.delete(at)
  const words = new Map(Array.from(pieces, ([at, some]) => [at, wordPiecesOf(some)]))
  const sizes = groupsBy(words, (some, at) => `${some.starts.length} ${startOfLine(lines[at] as string)}`)
  const similar = sizes
    .flatMap((at) => similarLines(words, at))
    .map((at) => clusterOf(words, at))
    .filter((cluster) => cluster !== undefined)
  const clusters = [...alike, ...similar]
  return isWorthNames(clusters, lines) ? clusters : []
}

/** A line of brackets and tags alone is read at once: it gets no name. */
const CLOSES = /^(?:<\/[^<>]*>|[\s)\]};,])+$/

function everyIndex(lines: readonly string[]): number[] {
  return lines.flatMap((line, at) =>
    line.length < MIN_LINE || line.length > MAX_LINE || CLOSES.test(line) ? [] : [at],
  )
}

/** Lines by a key, in the order of their first line. */
function groupsBy(
  lines: ReadonlyMap<number, Pieces>,
  keyOf: (pieces: Pieces, at: number) => number | string,
): number[][] {
  const groups = new Map<number | string, number[]>()
  for (const [at, pieces] of lines) {
    const key = keyOf(pieces, at)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [at])
    else group.push(at)
  }
  return [...groups.values()]
}

/** The lines as a cluster, when naming it saves tokens. */
function clusterOf(lines: ReadonlyMap<number, Pieces>, at: readonly number[]): Cluster | undefined {
  if (at.length < 2) return undefined
  const template = templateOf(at.map((index) => lines.get(index) as Pieces))
  const saved = savedTokens(template)
  return saved < MIN_SAVED_TOKENS ? undefined : { at, template, saved }
}

/** Words by number, each with its estimated tokens: they are compared many times. */
class Words {
  readonly #numbers = new Map<string, number>()
  readonly #costs: number[] = []

  /** The words of a line. */
  of(pieces: Pieces): Int32Array {
    const words = new Int32Array(pieces.starts.length - 1)
    for (let at = 0; at < words.length; at++) words[at] = this.#numberOf(sliceOf(pieces, at, at + 1))
    return words
  }

  costsOf(words: Int32Array): Int32Array {
    const costs = new Int32Array(words.length)
    for (let at = 0; at < words.length; at++) costs[at] = this.#costs[words[at] as number] as number
    return costs
  }

  #numberOf(word: string): number {
    const known = this.#numbers.get(word)
    if (known !== undefined) return known
    this.#numbers.set(word, this.#costs.length)
    return this.#costs.push(guessTokens(word)) - 1
  }
}

/** In place of words in which the lines of a kind differ. */
const DIFFERENT = -1

/** Lines of a kind, as far as it is known. */
interface Kind {
  readonly at: number[]
  readonly words: Int32Array
  /** The tokens of the common words. */
  shared: number
}

/** @param at lines with the same number of words */
function similarLines(lines: ReadonlyMap<number, Pieces>, at: readonly number[]): readonly number[][] {
  if (at.length === 1) return [[...at]]
  const kinds: Kind[] = []
  const known = new Words()
  for (const index of at) {
    const words = known.of(lines.get(index) as Pieces)
    const weights = known.costsOf(words)
    const kind = bestKind(kinds, words, weights)
    if (kind === undefined) kinds.push({ at: [index], words, shared: sumOf(weights) })
    else {
      kind.at.push(index)
      kind.shared = sharedTokens(kind, words, weights)
      for (let i = 0; i < words.length; i++) if (kind.words[i] !== words[i]) kind.words[i] = DIFFERENT
    }
  }
  return kinds.map((kind) => kind.at)
}

/** The kind that saves the most with this line added, if any saves more than without it. */
function bestKind(kinds: readonly Kind[], words: Int32Array, weights: Int32Array): Kind | undefined {
  const all = sumOf(weights)
  let best: Kind | undefined
  let most = 0
  for (let nth = Math.max(0, kinds.length - MAX_KINDS); nth < kinds.length; nth++) {
    const kind = kinds[nth] as Kind
    const enough =
      kind.at.length === 1 ? kind.shared * MIN_SHARED : (kind.shared * (kind.at.length - 1)) / kind.at.length
    // Most kinds have little in common with the line: a few words tell.
    const spare = all - Math.max(most + 1, enough)
    const shared = spare < 0 ? 0 : sharedTokens(kind, words, weights, spare)
    if (shared > most && shared >= enough) {
      best = kind
      most = shared
    }
  }
  return best
}

/** @param spare 0 is returned where the words that differ weigh more */
function sharedTokens(
  { words: common }: Kind,
  words: Int32Array,
  weights: Int32Array,
  spare = Number.POSITIVE_INFINITY,
): number {
  let shared = 0
  let different = 0
  for (let i = 0; i < words.length; i++) {
    if (common[i] === words[i]) shared += weights[i] as number
    else different += weights[i] as number
    if (different > spare) return 0
  }
  return shared
}

function sumOf(weights: Int32Array): number {
  let sum = 0
  for (let i = 0; i < weights.length; i++) sum += weights[i] as number
  return sum
}

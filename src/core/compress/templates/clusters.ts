/** Finds lines that are so similar that the first of them can represent the others. */

import { guessTokens } from '../lines/cost.ts'
import { bareLinesOf, startsOfLines } from '../lines/lines.ts'
import { kindOf, type Pieces, piecesOf, startOfLine, textsOf, wordPiecesOf } from '../lines/pieces.ts'
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

/** Lines of a kind, as far as it is known: different words are undefined. */
interface Kind {
  readonly at: number[]
  words: readonly (string | undefined)[]
  /** The tokens of the common words. */
  shared: number
}

/** @param at lines with the same number of words */
function similarLines(lines: ReadonlyMap<number, Pieces>, at: readonly number[]): readonly number[][] {
  const kinds: Kind[] = []
  const costs = new Map<string, number>()
  for (const index of at) {
    const words = textsOf(lines.get(index) as Pieces)
    const weights = words.map((word) => costOf(word, costs))
    const kind = bestKind(kinds, words, weights)
    if (kind === undefined) kinds.push({ at: [index], words, shared: weights.reduce((sum, cost) => sum + cost, 0) })
    else {
      kind.at.push(index)
      kind.shared = sharedTokens(kind, words, weights)
      kind.words = kind.words.map((word, i) => (word === words[i] ? word : undefined))
    }
  }
  return kinds.map((kind) => kind.at)
}

/** The kind that saves the most with this line added, if any saves more than without it. */
function bestKind(kinds: readonly Kind[], words: readonly string[], weights: readonly number[]): Kind | undefined {
  let best: Kind | undefined
  let most = 0
  for (const kind of kinds.slice(-MAX_KINDS)) {
    const shared = sharedTokens(kind, words, weights)
    const enough =
      kind.at.length === 1 ? kind.shared * MIN_SHARED : (kind.shared * (kind.at.length - 1)) / kind.at.length
    if (shared > most && shared >= enough) {
      best = kind
      most = shared
    }
  }
  return best
}

function sharedTokens(kind: Kind, words: readonly string[], weights: readonly number[]): number {
  return weights.reduce((sum, cost, i) => (kind.words[i] === words[i] ? sum + cost : sum), 0)
}

function costOf(word: string, costs: Map<string, number>): number {
  const known = costs.get(word) ?? guessTokens(word)
  costs.set(word, known)
  return known
}

/** Which lines are so alike that the first of them can stand for the others. */

import { guessTokens } from '../lines/cost.ts'
import { kindOf, type Pieces, piecesOf, wordPiecesOf, wordsOf } from '../lines/pieces.ts'
import { isWorthNames, savedTokens, type Template, templateOf } from './template.ts'

export interface Cluster {
  /** Where its lines stand, in order; at least two. */
  readonly at: readonly number[]
  /** What they have in common; its parts in the same order. */
  readonly template: Template
  /** About how many tokens its name saves. */
  readonly saved: number
}

/** Less saved by a cluster is not worth its name. */
const MIN_SAVED_TOKENS = 4

/** Shorter lines hold too little. */
const MIN_LINE = 8

/** Longer lines are records rather than lines. */
const MAX_LINE = 4000

/** How much of a line the second of a kind must share. */
const MIN_SHARED = 0.2

/** How many kinds of lines of as many words a line is compared with: the latest ones. */
const MAX_KINDS = 16

/**
 * Finds lines that differ in numbers and names with digits only; of the rest, those of as many words that save the most.
 * None when they save little: code and prose are better read as they are.
 * @param lines without their ends
 */
export function clustersOf(lines: readonly string[]): readonly Cluster[] {
  const kinds = groupsBy(lines, everyIndex(lines), kindOf)
  const alike = kinds.map((at) => clusterOf(lines, at, piecesOf)).filter((cluster) => cluster !== undefined)
  const taken = new Set(alike.flatMap(({ at }) => at))
  const left = everyIndex(lines).filter((at) => !taken.has(at))
  const sizes = groupsBy(lines, left, (line) => wordsOf(line).length)
  const similar = sizes
    .flatMap((at) => similarLines(lines, at))
    .map((at) => clusterOf(lines, at, wordPiecesOf))
    .filter((cluster) => cluster !== undefined)
  const clusters = [...alike, ...similar]
  return isWorthNames(clusters, lines) ? clusters : []
}

function everyIndex(lines: readonly string[]): number[] {
  return lines.flatMap((line, at) => (line.length < MIN_LINE || line.length > MAX_LINE ? [] : [at]))
}

/** Lines by a key, in the order of their first. */
function groupsBy(lines: readonly string[], at: readonly number[], keyOf: (line: string) => number): number[][] {
  const groups = new Map<number, number[]>()
  for (const index of at) {
    const key = keyOf(lines[index] as string)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [index])
    else group.push(index)
  }
  return [...groups.values()]
}

/** The lines as a cluster, when naming it saves tokens. */
function clusterOf(
  lines: readonly string[],
  at: readonly number[],
  split: (line: string) => Pieces,
): Cluster | undefined {
  if (at.length < 2) return undefined
  const template = templateOf(at.map((index) => split(lines[index] as string)))
  const saved = savedTokens(template)
  return saved < MIN_SAVED_TOKENS ? undefined : { at, template, saved }
}

/** Lines of a kind, as far as it is known: words that differ are undefined. */
interface Kind {
  readonly at: number[]
  words: readonly (string | undefined)[]
  /** Of the words that all have. */
  shared: number
}

/** @param at lines of equally many words */
function similarLines(lines: readonly string[], at: readonly number[]): readonly number[][] {
  const kinds: Kind[] = []
  const costs = new Map<string, number>()
  for (const index of at) {
    const words = wordsOf(lines[index] as string)
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

/** The kind that saves the most with one line more, if any saves more than without it. */
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

/**
 * The formats of the engine: what a technique writes, with a version and a number that stay for ever. A conversation keeps
 * the formats that its results were first sent in, over upgrades too (docs/conversations.md): whoever changes a
 * technique's bytes adds the new encoder as a format of its own, and leaves the old one here.
 */

import type { VocabularyName } from '../model/index.ts'
import type { BlockResult } from './block/compress-block.ts'
import { earlierLines } from './earlier/earlier-lines.ts'
import type { Reach } from './earlier/reachable-blocks.ts'
import type { AcrossTechnique, NamedTechnique, Technique } from './technique.ts'
import { alignedValues } from './techniques/aligned-values.ts'
import { bareJson } from './techniques/bare-json.ts'
import { colours } from './techniques/colours.ts'
import { columnarJson, columnarJsonShort } from './techniques/columnar-json.ts'
import { dictionary } from './techniques/dictionary.ts'
import { jsonMinify } from './techniques/json-minify.ts'
import { jsonUnescape } from './techniques/json-unescape.ts'
import { lineTemplates } from './techniques/line-templates.ts'
import { linesAbove } from './techniques/lines-above.ts'
import { listingPaths } from './techniques/listing-paths.ts'
import { base64Elision } from './techniques/lossy/base64-elision.ts'
import { diffContext } from './techniques/lossy/diff-context.ts'
import { failedTests } from './techniques/lossy/failed-tests.ts'
import { htmlToMarkdown } from './techniques/lossy/html-to-markdown.ts'
import { logWindow } from './techniques/lossy/log-window.ts'
import { searchMatches } from './techniques/lossy/search-matches.ts'
import { prefixLifting } from './techniques/prefix-lifting.ts'
import { pythonRepr } from './techniques/python-repr.ts'
import { rangeMatrix } from './techniques/range-matrix.ts'
import { repeatedLines } from './techniques/repeated-lines.ts'
import { searchPaths } from './techniques/search-paths.ts'
import { sectionTemplates } from './techniques/section-templates.ts'
import { table } from './techniques/table.ts'
import { terminalCleanup } from './techniques/terminal-cleanup.ts'

/** The bytes of one technique for a text. */
export interface TextFormat {
  /** 1 to 255, never given twice. */
  readonly number: number
  /** Its golden file: `columnar-json-short@1`. */
  readonly id: string
  readonly technique: Technique
}

/** References, which depend on the blocks before and on the vocabulary that weighs them. */
export interface ReferenceFormat {
  readonly number: number
  readonly id: string
  readonly technique: AcrossTechnique
  readonly vocabulary: VocabularyName
  readonly reach: Reach
}

export type Format = TextFormat | ReferenceFormat

export const TEXT_FORMATS: readonly TextFormat[] = [
  { number: 1, id: 'colours@1', technique: colours },
  { number: 2, id: 'terminal-cleanup@1', technique: terminalCleanup },
  { number: 3, id: 'python-repr@1', technique: pythonRepr },
  { number: 4, id: 'json-unescape@1', technique: jsonUnescape },
  { number: 5, id: 'json-minify@1', technique: jsonMinify },
  { number: 6, id: 'range-matrix@1', technique: rangeMatrix },
  { number: 7, id: 'columnar-json@1', technique: columnarJson },
  { number: 8, id: 'columnar-json-short@1', technique: columnarJsonShort },
  { number: 9, id: 'bare-json@1', technique: bareJson },
  { number: 10, id: 'table@1', technique: table },
  { number: 11, id: 'aligned-values@1', technique: alignedValues },
  { number: 12, id: 'repeated-lines@1', technique: repeatedLines },
  { number: 13, id: 'lines-above@1', technique: linesAbove },
  { number: 14, id: 'prefix-lifting@1', technique: prefixLifting },
  { number: 15, id: 'line-templates@1', technique: lineTemplates },
  { number: 16, id: 'section-templates@1', technique: sectionTemplates },
  { number: 17, id: 'dictionary@1', technique: dictionary },
  { number: 18, id: 'search-paths@1', technique: searchPaths },
  { number: 19, id: 'listing-paths@1', technique: listingPaths },
  { number: 20, id: 'base64-elision@1', technique: base64Elision },
  { number: 21, id: 'html-to-markdown@1', technique: htmlToMarkdown },
  { number: 22, id: 'diff-context@1', technique: diffContext },
  { number: 23, id: 'failed-tests@1', technique: failedTests },
  { number: 24, id: 'search-matches@1', technique: searchMatches },
  { number: 25, id: 'log-window@1', technique: logWindow },
]

export const REFERENCE_FORMATS: readonly ReferenceFormat[] = [
  { number: 200, id: 'earlier-lines@1', technique: earlierLines, vocabulary: 'o200k_base', reach: 'request' },
  { number: 201, id: 'earlier-lines@1', technique: earlierLines, vocabulary: 'cl100k_base', reach: 'request' },
  { number: 202, id: 'earlier-lines@1', technique: earlierLines, vocabulary: 'o200k_base', reach: 'message' },
  { number: 203, id: 'earlier-lines@1', technique: earlierLines, vocabulary: 'cl100k_base', reach: 'message' },
]

const BY_NUMBER: ReadonlyMap<number, Format> = new Map(
  [...TEXT_FORMATS, ...REFERENCE_FORMATS].map((format) => [format.number, format]),
)

const NUMBER_OF_TECHNIQUE: ReadonlyMap<NamedTechnique, number> = new Map(
  TEXT_FORMATS.map(({ technique, number }) => [technique, number]),
)

/** Formats one after the other: the form of a block. Pins hold so many numbers at most. */
export const MAX_FORMATS = 4

/** @returns undefined for a number that this version does not know: a later version wrote it */
export function formatByNumber(number: number): Format | undefined {
  return BY_NUMBER.get(number)
}

export function isReference(format: Format): format is ReferenceFormat {
  return 'reach' in format
}

type Changed = Extract<BlockResult, { status: 'changed' }>

/** How far the references of a form reach; undefined for a form without any. */
export function reachOf(numbers: readonly number[]): Reach | undefined {
  return REFERENCE_FORMATS.find(({ number }) => numbers.includes(number))?.reach
}

/**
 * The formats that a block was encoded with.
 * @returns their numbers; undefined when they cannot be remembered, so that the block must be sent as it came
 */
export function formatsOf(
  { applied }: Changed,
  references: Pick<ReferenceFormat, 'vocabulary' | 'reach'>,
): readonly number[] | undefined {
  if (applied.length > MAX_FORMATS) return undefined
  const numbers = applied.map(({ technique }) => numberOf(technique, references))
  return numbers.includes(undefined) ? undefined : (numbers as number[])
}

/** Is a block encoded in just these formats? */
export function hasFormats(
  { applied }: Changed,
  numbers: readonly number[],
  references: Pick<ReferenceFormat, 'vocabulary' | 'reach'>,
): boolean {
  return (
    applied.length === numbers.length &&
    applied.every(({ technique }, at) => numberOf(technique, references) === numbers[at])
  )
}

function numberOf(
  technique: NamedTechnique,
  { vocabulary, reach }: Pick<ReferenceFormat, 'vocabulary' | 'reach'>,
): number | undefined {
  if (technique !== earlierLines) return NUMBER_OF_TECHNIQUE.get(technique)
  return REFERENCE_FORMATS.find((format) => format.vocabulary === vocabulary && format.reach === reach)?.number
}

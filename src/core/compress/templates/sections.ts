/** Sections: runs of lines that repeat with other numbers in them. */

import { bareLinesOf, linesOf, startsOfLines } from '../lines/lines.ts'
import { kindOf, type Pieces, piecesOf } from '../lines/pieces.ts'
import { type Run, runsOf } from './runs.ts'
import { isWorthNames, savedTokens, type Template, templateOf } from './template.ts'

export interface Section {
  /** The start of each occurrence, in order. */
  readonly at: readonly number[]
  /** The number of its lines. */
  readonly lines: number
  /** The template of its lines together, without the end of the last one. */
  readonly template: Template
  /** Estimate of the tokens that its name saves. */
  readonly saved: number
}

const MIN_SAVED_TOKENS = 8

/**
 * The sections that deserve a name, in the order of their first lines; none when they save little in total.
 * @param isForm lines that may not be part of a section
 */
export function sectionsOf(text: string, isForm: readonly boolean[]): readonly Section[] {
  const lines = linesOf(text)
  const starts = startsOfLines(text)
  const kinds = lines.map((_, at) =>
    isForm[at] === true ? undefined : kindOf(piecesOf(text, starts[at] as number, starts[at + 1] as number)),
  )
  const sections = runsOf(kinds)
    .map((run) => sectionOf(text, run))
    .filter((section) => section !== undefined)
  if (!isWorthNames(sections, lines)) return []
  return sections.toSorted((a, b) => (a.at[0] as number) - (b.at[0] as number))
}

/** Undefined when a name saves little, or when lines are more number than text: those are easier to read one by one. */
function sectionOf(text: string, { at, length }: Run): Section | undefined {
  const template = templateOf(at.map((from) => piecesOfBody(text, from, length)))
  const saved = savedTokens(template)
  const isDense = template.constants.length - 1 > length
  return isDense || saved < MIN_SAVED_TOKENS ? undefined : { at, lines: length, template, saved }
}

/** The pieces of some lines, without the end of the last one. */
function piecesOfBody(text: string, from: number, count: number): Pieces {
  const starts = startsOfLines(text)
  const last = from + count - 1
  return piecesOf(text, starts[from] as number, (starts[last] as number) + (bareLinesOf(text)[last] as string).length)
}

const LINE_END = /\r?\n$/

/** Lines as one text without the end of the last one. */
export function bodyOf(lines: readonly string[], from: number, count: number): string {
  return lines
    .slice(from, from + count)
    .join('')
    .replace(LINE_END, '')
}

/** The end of the last of these lines. */
export function endOf(line: string): string {
  return LINE_END.exec(line)?.[0] ?? ''
}

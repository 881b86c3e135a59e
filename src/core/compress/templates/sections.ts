/** Sections: runs of lines that repeat with other numbers in them. */

import { kindOf, piecesOf } from '../lines/pieces.ts'
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
 * @param lines with their ends
 * @param isForm lines that may not be part of a section
 */
export function sectionsOf(lines: readonly string[], isForm: readonly boolean[]): readonly Section[] {
  const kinds = lines.map((line, at) => (isForm[at] === true ? undefined : kindOf(piecesOf(line))))
  const sections = runsOf(kinds)
    .map((run) => sectionOf(lines, run))
    .filter((section) => section !== undefined)
  if (!isWorthNames(sections, lines)) return []
  return sections.toSorted((a, b) => (a.at[0] as number) - (b.at[0] as number))
}

/** Undefined when a name saves little, or when lines are more number than text: those are easier to read one by one. */
function sectionOf(lines: readonly string[], { at, length }: Run): Section | undefined {
  const template = templateOf(at.map((from) => piecesOf(bodyOf(lines, from, length))))
  const saved = savedTokens(template)
  const isDense = template.constants.length - 1 > length
  return isDense || saved < MIN_SAVED_TOKENS ? undefined : { at, lines: length, template, saved }
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

/** Finds lines that describe the lines around them: they keep their place when other lines are named. */

import { holdsBareRecords } from '../bare/mark.ts'
import { linesBelow, readTableHead, TABLE_HEAD_BEGINS } from '../table/head.ts'
import { MARK } from '../unescape/rewrite.ts'
import { isPrefixHead, PREFIX_HEAD_BEGINS, readPrefixHead } from './prefix-head.ts'

/**
 * Does the text hold a form with a notation of its own? No names and no letters go over it: a value that is read through
 * two notations is misread.
 */
export function holdsForm(text: string): boolean {
  return PREFIX_HEAD_BEGINS.test(text) || TABLE_HEAD_BEGINS.test(text) || text.includes(MARK) || holdsBareRecords(text)
}

/** @returns for each line, without its end, whether it is a head or a row of a table */
export function formsAmong(lines: readonly string[]): readonly boolean[] {
  let rows = 0
  return lines.map((line) => {
    if (isPrefixHead(line)) return true
    const isRow = rows > 0
    rows = isRow ? rows - 1 : rowsBelow(line)
    return isRow || rows > 0
  })
}

/**
 * As `formsAmong`, and whether a head above counts the line: several counted lines may not become one, or the count
 * would include lines after them.
 */
export function countedAmong(lines: readonly string[]): readonly boolean[] {
  const isForm = formsAmong(lines)
  let counted = 0
  return lines.map((line, at) => {
    const isCounted = counted > 0
    counted = readPrefixHead(line)?.lines ?? Math.max(0, counted - 1)
    return isCounted || isForm[at] === true
  })
}

function rowsBelow(line: string): number {
  const head = readTableHead(line)
  return head === undefined ? 0 : linesBelow(head)
}

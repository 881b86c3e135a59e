/** Finds lines that describe the lines around them: they keep their place when other lines are named. */

import { isPrefixHead, readPrefixHead } from './prefix-head.ts'
import { readTableHead } from './table-head.ts'

/** @returns for each line, without its end, whether it is a head or a row of a table */
export function formsAmong(lines: readonly string[]): readonly boolean[] {
  let rows = 0
  return lines.map((line) => {
    if (isPrefixHead(line)) return true
    const isRow = rows > 0
    rows = isRow ? rows - 1 : (readTableHead(line) ?? 0)
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

/** Tables, whatever draws them: a head that counts the records, the names of the columns, and a row a line. */

import { holdsBareRecords } from '../bare/mark.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import { guessTokens } from '../lines/cost.ts'
import { bareLinesOf, linesOf } from '../lines/lines.ts'
import type { Found, Region } from '../table/drawing.ts'
import { DRAWINGS } from '../table/drawings.ts'
import { readForm, writeForm } from '../table/form.ts'
import { linesBelow, readTableHead, TABLE_HEAD_BEGINS } from '../table/head.ts'
import { isTorn } from '../table/torn.ts'
import type { Technique } from '../technique.ts'

/** Estimate of the tokens that a table must save: each is one more notation to read. */
const MIN_SAVED = 3

/** A single record is no table. */
const MIN_ROWS = 2

/** A sign that fills a line: many are few tokens. */
const FILLING = /([^\w\s])\1{3,}/g

export const table: Technique = {
  name: 'table',
  equivalence: 'string',

  encode(text) {
    if (TABLE_HEAD_BEGINS.test(text) || holdsBareRecords(text)) return undefined
    const lines = linesOf(text)
    const bare = bareLinesOf(text)
    const ends = endsOfRegions(lines, bare)
    const written: string[] = []
    let copied = 0
    for (let at = 0; at < lines.length; ) {
      const region = { lines: bare, at, end: ends[at] as number }
      const found = tableAt(region)
      const form = found && formOf(found, region)
      const next = at + (found?.lines ?? 1)
      if (form !== undefined) {
        written.push(
          lines.slice(copied, at).join(''),
          form.join(endOf(lines, bare, at) || '\n'),
          endOf(lines, bare, next - 1),
        )
        copied = next
      }
      at = next
    }
    return copied === 0 ? undefined : written.join('') + lines.slice(copied).join('')
  },

  decode(text) {
    if (!TABLE_HEAD_BEGINS.test(text)) return undefined
    const lines = linesOf(text)
    const bare = bareLinesOf(text)
    let drawn = ''
    for (let at = 0; at < lines.length; ) {
      const head = lines[at]?.endsWith('\n') ? readTableHead(bare[at] as string) : undefined
      if (head === undefined) {
        drawn += lines[at++]
        continue
      }
      const below = bare.slice(at + 1, at + 1 + linesBelow(head))
      const cells = readForm(head, below)
      const drawing = cells && DRAWINGS.find(({ owns }) => owns(head.layout))?.draw(head.layout, cells)
      if (drawing === undefined) return undefined
      drawn += drawing.join(endOf(lines, bare, at)) + endOf(lines, bare, at + below.length)
      if (drawn.length > MAX_BLOCK_BYTES) return undefined
      at += 1 + below.length
    }
    return drawn
  },

  recognises: (text) => TABLE_HEAD_BEGINS.test(text),
}

/** For each line, the next one that is blank or ends otherwise. The last line may have no end. */
function endsOfRegions(lines: readonly string[], bare: readonly string[]): Int32Array {
  const ends = new Int32Array(lines.length)
  for (let at = lines.length - 1; at >= 0; at--) {
    const end = endOf(lines, bare, at)
    const endBelow = endOf(lines, bare, at + 1)
    const goesOn = isRow(bare[at]) && isRow(bare[at + 1]) && (endBelow === end || endBelow === '')
    ends[at] = goesOn ? (ends[at + 1] as number) : at + 1
  }
  return ends
}

/** A carriage return in a cell would be read as a part of the line's end where the cell became the last. */
function isRow(line: string | undefined): boolean {
  return line !== undefined && line !== '' && !line.includes('\r')
}

function endOf(lines: readonly string[], bare: readonly string[], at: number): string {
  return lines[at]?.slice(bare[at]?.length) ?? ''
}

/** The lines that the first drawing takes for a table. */
function tableAt(region: Region): Found | undefined {
  if (!isRow(region.lines[region.at])) return undefined
  for (const drawing of DRAWINGS) {
    const found = drawing.read(region)
    if (found !== undefined) return found
  }
  return undefined
}

/** The form of a table, where it saves enough. */
function formOf({ lines, table: found }: Found, region: Region): readonly string[] | undefined {
  const { lines: all, at } = region
  if (found === undefined || found.cells.rows.length < MIN_ROWS) return undefined
  if (isTorn(found, { region, next: at + lines, tableAt })) return undefined
  const form = writeForm(found.layout, found.cells)
  const before = guessAll(all.slice(at, at + lines))
  return before - guessAll(form) >= MIN_SAVED ? form : undefined
}

function guessAll(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + guessLine(line), 0)
}

/** A blank before a digit is a token, and so is a tab. */
const DEARER = / (?=\d)|(?<!\s)\t(?!\s)/g

function guessLine(line: string): number {
  return guessTokens(line.replace(FILLING, '$1')) + (line.match(DEARER)?.length ?? 0)
}

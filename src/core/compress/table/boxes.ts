/** Tables with bars between their cells and lines of signs above, under and between the rows: MySQL, psql, grids. */

import { ALIGNMENTS, type Alignment, alignmentOf, alignTo, readAlignments, writeAlignments } from './alignment.ts'
import { type Cells, certain, type Drawing, MIN_LINES, type Region } from './drawing.ts'
import { isNames } from './names.ts'
import { type Rule, STYLES, type Style } from './styles.ts'
import { hasWide, lettersOf, placesOf } from './width.ts'
import { isBounded, numbersIn, widest } from './widths.ts'

/** `box`, `bars, right 1, names center, open`, `unicode box, wide`. */
const LAYOUT = new RegExp(
  `^(${STYLES.map(({ name }) => name).join('|')})${ALIGNMENTS}(?:, names (left|center|middle))?(?:, widths((?: \\d{1,4})+))?(, open|, trimmed)?(, wide)?$`,
)

export const boxes: Drawing = {
  owns: (layout) => LAYOUT.test(layout),

  read(region) {
    const style = styleAt(region)
    if (style === undefined) return undefined
    const lines = linesOfBox(region, style)
    if (lines.length < MIN_LINES) return undefined
    const parts = lines.flatMap((line, nth) => {
      return isRule(line) ? [] : [partsOf(line, nth < 2 ? (style.nameBars ?? style.bars) : style.bars)]
    })
    const [first = [], ...others] = parts
    if (others.length === 0 || others.some((row) => row.length !== first.length)) return { lines: lines.length }
    const hasNames =
      !isRuledAlike(style) ||
      isNames(
        first.map(trimmed),
        others.map((row) => row.map(trimmed)),
      )
    const rows = hasNames ? others : parts
    const alignments = first.map((name, nth) =>
      alignmentOf(
        rows.map((row) => row[nth] as string),
        name,
      ),
    )
    const body = rows.map((row) =>
      row.map((cell, nth) => (alignments[nth] === 'right' ? cell.trimStart() : cell.trim())),
    )
    const names = hasNames ? first.map(trimmed) : undefined
    const cells = { names, rows: body }
    const rule = lines.find(isRule) ?? ''
    return certain(boxes, region, lines.length, layoutsOf({ style, alignments, rule, cells }))
  },

  draw(layout, { names, rows }) {
    const [, name, nameAlignment, given, end, wide] = LAYOUT.exec(layout) ?? []
    const style = STYLES.find((known) => known.name === name)
    const [first, ...others] = names === undefined ? rows : [names, ...rows]
    if (style === undefined || first === undefined || (names === undefined && !isRuledAlike(style))) return undefined
    const measure = wide === undefined ? lettersOf : placesOf
    const widths = given === undefined ? widest([first, ...others], first.length, measure) : numbersIn(given)
    if (widths.length !== first.length) return undefined
    if (!isBounded(2 * rows.length + 4, widths)) return undefined
    const alignments = readAlignments(layout)
    const drawRow = (row: readonly string[], [left, between, right]: Style['bars'], all?: Alignment): string => {
      const cells = row.map((cell, nth) => {
        const how = all ?? alignments.get(nth) ?? 'left'
        return ` ${alignTo(cell, widths[nth] as number, how, measure)} `
      })
      const line = left + cells.join(between) + right
      if (end === ', trimmed') return line.trimEnd()
      return end === ', open' && row !== first ? withoutPadding(line, row.at(-1) ?? '') : line
    }
    const ruled = (rule: Rule | undefined): readonly string[] => (rule === undefined ? [] : [drawRule(rule, widths)])
    const body = others.flatMap((row, nth) => [...(nth > 0 ? ruled(style.between) : []), drawRow(row, style.bars)])
    const head = drawRow(first, style.nameBars ?? style.bars, nameAlignment as Alignment | undefined)
    return [...ruled(style.top), head, ...ruled(style.underNames), ...body, ...ruled(style.bottom)]
  },
}

/** Is the rule under the first row as all others? Then only its cells tell whether it holds the names. */
function isRuledAlike({ underNames, between }: Style): boolean {
  return underNames !== undefined && between?.join('') === underNames.join('')
}

function trimmed(cell: string): string {
  return cell.trim()
}

/** A line that ends with its last cell, and the blank before it. */
function withoutPadding(line: string, cell: string): string {
  return cell === '' ? `${line.trimEnd()} ` : line.trimEnd()
}

interface Read {
  readonly style: Style
  readonly alignments: readonly Alignment[]
  /** A line of signs: it tells how wide the columns are. */
  readonly rule: string
  readonly cells: Cells
}

function* layoutsOf({ style, alignments, rule, cells }: Read): Generator<{ layout: string; cells: Cells }> {
  const aligned = writeAlignments(alignments)
  const ends = style.bars[2] === '' ? [', open', ', trimmed', ''] : ['']
  const words = ends.flatMap((open) => NAMES.map((names) => ({ names, open })))
  const texts = [cells.names ?? [], ...cells.rows]
  for (const wide of texts.some((row) => row.some(hasWide)) ? [', wide', ''] : ['']) {
    const widths = writeWidths(widthsOf(rule, style), texts, wide !== '')
    for (const { names, open } of words)
      yield { layout: `${style.name}${aligned}${names}${widths}${open}${wide}`, cells }
  }
}

/** How the names are aligned, where not as the cells below them. */
const NAMES = ['', ', names left', ', names center', ', names middle']

/** The widths as drawn, where they are not those of the widest cells. */
function writeWidths(drawn: readonly number[], texts: Cells['rows'], isWide: boolean): string {
  const least = widest(texts, drawn.length, isWide ? placesOf : lettersOf)
  return least.join(' ') === drawn.join(' ') ? '' : `, widths ${drawn.join(' ')}`
}

/** How wide the columns are under a line of signs: without the blanks beside the cells. */
function widthsOf(rule: string, { bars, top, underNames }: Style): readonly number[] {
  const cross = (top ?? underNames)?.[2] ?? '+'
  const ends = bars[0].length
  return rule
    .slice(ends, rule.length - ends)
    .split(cross)
    .map((signs) => signs.length - 2)
}

/** The style of a box that begins in a line; undefined where none does. */
function styleAt({ lines, at, end }: Region): Style | undefined {
  const first = lines[at] as string
  const isBox = isRule(first)
  if (at + 2 >= end || (!isBox && !first.includes('|'))) return undefined
  const underNames = lines[isBox ? at + 2 : at + 1] as string
  if (!isRule(underNames)) return undefined
  const between = lines[at + 4] ?? ''
  const hasBetween = isBox && at + 5 < end && isRule(between) && !isRule(lines[at + 5] as string)
  return STYLES.find((style) => {
    if (isBox ? !isRuleOf(first, style.top) : style.top !== undefined) return false
    if (!isRuleOf(underNames, style.underNames)) return false
    if (hasBetween) return isRuleOf(between, style.between)
    return style.between === undefined
  })
}

const RULE = /^\|-+(?:\+-+)+\|$|^[┌├└╭╰┏┡┣┗╔╠╚╒╞╘+─━═=-][─━═=+┬┼┴┳╇╋┻╦╬╩╤╪╧-]{2,}[┐┤┘╮╯┓┩┫┛╗╣╝╕╡╛+─━═=-]?$/

function isRule(line: string): boolean {
  return RULE.test(line)
}

function isRuleOf(line: string, rule: Rule | undefined): boolean {
  if (rule === undefined) return false
  const [left, fill, , right] = rule
  return line.startsWith(left + fill) && line.endsWith(fill + right)
}

function drawRule([left, fill, cross, right]: Rule, widths: readonly number[]): string {
  return left + widths.map((width) => fill.repeat(width + 2)).join(cross) + right
}

/** The lines that begin as those of a box do; without a left bar, those with as many cells as the names. */
function linesOfBox({ lines, at, end }: Region, { bars, nameBars }: Style): readonly string[] {
  const [left, between] = bars
  const count = (lines[at] as string).split(between).length
  let next = at
  while (next < end) {
    const line = lines[next] as string
    const isRow =
      left === ''
        ? line.split(between).length === count
        : line.startsWith(left) || line.startsWith(nameBars?.[0] ?? left)
    if (!isRow && !(isRule(line) && (left !== '' || next === at + 1))) break
    next++
  }
  return lines.slice(at, next)
}

/** The cells of a row, each with the blanks that pad it, but for one on each side. */
function partsOf(line: string, [left, between, right]: Style['bars']): readonly string[] {
  const inner = line.slice(left.length, line.length - (line.endsWith(right) ? right.length : 0))
  return inner.split(between).map((part) => part.slice(1, part.length > 1 && part.endsWith(' ') ? -1 : undefined))
}

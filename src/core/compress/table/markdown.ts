/** Tables of Markdown: bars around the cells, and a line of dashes with colons under the names. */

import { ALIGNMENTS, alignmentOf, alignTo, readAlignments, writeAlignments } from './alignment.ts'
import { type Cells, certain, type Drawing, MIN_LINES } from './drawing.ts'
import { hasWide, lettersOf, placesOf } from './width.ts'
import { isBounded, numbersIn, widest } from './widths.ts'

/**
 * `Markdown`: single blanks beside the cells, three dashes under each name. `padded`: as wide as the widest cells, or as
 * given. The colons under the names: none, left, right or both, a letter for each column. `tight`: no blanks beside the
 * dashes.
 */
const LAYOUT = new RegExp(
  `^Markdown(?: (padded|widths(?: \\d{1,4})+))?${ALIGNMENTS}(?:, colons ([nlrb]+))?(?:, (\\d{1,3}|names) dashes)?(, tight)?(, wide)?$`,
)

const RULE = /^\|(?: *:?-+:? *\|)+$/

export const markdown: Drawing = {
  owns: (layout) => LAYOUT.test(layout),

  read(region) {
    const { lines, at, end } = region
    const rule = lines[at + 1] ?? ''
    if (at + MIN_LINES > end || !lines[at]?.startsWith('|') || !RULE.test(rule)) return undefined
    let next = at + 2
    while (next < end && (lines[next] as string).startsWith('|')) next++
    const names = partsOf(lines[at] as string)
    const rows = lines.slice(at + 2, next).map(partsOf)
    const dashes = partsOf(rule)
    if ([dashes, ...rows].some((row) => row.length !== names.length)) return { lines: next - at }
    return certain(markdown, region, next - at, layoutsOf({ rule, dashes, names, rows }))
  },

  draw(layout, { names, rows }) {
    const [isMarkdown, padded, colons = '', count = '3', tight = '', wide] = LAYOUT.exec(layout) ?? []
    if (isMarkdown === undefined || names === undefined) return undefined
    const measure = wide === undefined ? lettersOf : placesOf
    const least = widest([names, ...rows], names.length, measure)
    const widths = padded?.startsWith('widths') ? numbersIn(padded) : least.map((width) => Math.max(3, width))
    if (widths.length !== names.length || !isBounded(rows.length + 2, widths)) return undefined
    const alignments = readAlignments(layout)
    const drawRow = (row: readonly string[]): string => {
      const cells = row.map((cell, nth) => alignTo(cell, widths[nth] as number, alignments.get(nth) ?? 'left', measure))
      return `| ${(padded === undefined ? row : cells).join(' | ')} |`
    }
    const lengths = names.map((name, nth) => {
      if (padded !== undefined) return widths[nth] as number
      return count === 'names' ? measure(name) : Number(count)
    })
    return [drawRow(names), drawRule(lengths, colons, tight !== ''), ...rows.map(drawRow)]
  },
}

function drawRule(lengths: readonly number[], colons: string, isTight: boolean): string {
  const rule = lengths.map((length, nth) => dashesOf(length + (isTight ? 2 : 0), colons[nth] ?? 'n'))
  return isTight ? `|${rule.join('|')}|` : `| ${rule.join(' | ')} |`
}

/** So many signs, colons among them. */
function dashesOf(signs: number, colons: string): string {
  const before = colons === 'l' || colons === 'b' ? ':' : ''
  const after = colons === 'r' || colons === 'b' ? ':' : ''
  return before + '-'.repeat(Math.max(1, signs - before.length - after.length)) + after
}

function colonsOf(dashes: string): string {
  if (dashes.endsWith(':')) return dashes.startsWith(':') ? 'b' : 'r'
  return dashes.startsWith(':') ? 'l' : 'n'
}

/** The cells of a line, each with the blanks that pad it, but for one on each side. */
function partsOf(line: string): readonly string[] {
  const parts = line.slice(1, line.endsWith('|') ? -1 : undefined).split('|')
  return parts.map((part) =>
    part.slice(part.startsWith(' ') ? 1 : 0, part.length > 1 && part.endsWith(' ') ? -1 : undefined),
  )
}

interface Read extends Cells {
  readonly names: readonly string[]
  readonly rule: string
  readonly dashes: readonly string[]
}

function* layoutsOf({ rule, dashes, names, rows }: Read): Generator<{ layout: string; cells: Cells }> {
  const marks = dashes.map(colonsOf).join('')
  const colons = /^n*$/.test(marks) ? '' : `, colons ${marks}`
  const isTight = !rule.startsWith('| ')
  const lengths = dashes.map((cell) => cell.length - (isTight ? 2 : 0))
  const tight = isTight ? ', tight' : ''
  const trim = (row: readonly string[]): readonly string[] => row.map((cell) => cell.trim())
  const cells = { names: trim(names), rows: rows.map(trim) }
  for (const count of ['', `, ${Math.max(0, lengths[0] ?? 0)} dashes`, ', names dashes']) {
    yield { layout: `Markdown${colons}${count}${tight}`, cells }
  }
  const alignments = names.map((name, nth) =>
    alignmentOf(
      rows.map((row) => row[nth] as string),
      name,
    ),
  )
  const kept = (row: readonly string[]): readonly string[] => {
    return row.map((cell, nth) => (alignments[nth] === 'right' ? cell.trimStart() : cell.trim()))
  }
  const padded = { names: cells.names, rows: rows.map(kept) }
  const words = `${writeAlignments(alignments)}${colons}${tight}`
  for (const pad of ['padded', `widths ${lengths.join(' ')}`]) {
    yield { layout: `Markdown ${pad}${words}`, cells: padded }
    if ([names, ...rows].some((row) => row.some(hasWide)))
      yield { layout: `Markdown ${pad}${words}, wide`, cells: padded }
  }
}

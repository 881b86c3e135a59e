/** Prints what a new price table changes. */

import type { Figures, PriceChange, PriceChanges, PriceTable } from '../../core/model/index.ts'
import { columns, grouped } from './table.ts'

export interface RefreshReport extends PriceChanges {
  readonly shape: PriceTable['shape']
  readonly source: string
  readonly read: string
  readonly rows: number
  /** Models that the table has prices of. */
  readonly models: number
  readonly refused: PriceTable['refused']
  /** Numbers of rows that are not used, by reason. */
  readonly left: Readonly<Record<string, number>>
  /** Where the table is kept; null after a dry run. */
  readonly file: string | null
}

/** Names in a message are cut here: a table from outside may have any. */
const MAX_NAME = 60
/** So many refused rows are named. */
const MAX_REFUSED = 50

export function refreshText(report: RefreshReport): string {
  const { shape, source, read, rows, models, refused, left, file } = report
  const isSame = report.added.length + report.changed.length + report.removed.length === 0
  return [
    `${shape}'s table: ${grouped(rows)} rows, prices of ${grouped(models)} ${models === 1 ? 'model' : 'models'}, in USD per million tokens`,
    `read ${read} from ${source}`,
    ...(isSame ? ['', 'no price changes'] : []),
    ...section('added', report.added, ({ to }) => figures(to)),
    ...section('changed', report.changed, difference),
    ...section('removed', report.removed, ({ from }) => figures(from)),
    ...section("not taken, because M2M has it from the maker's page or from a later day", report.kept, difference),
    ...refusedLines(refused),
    ...leftLines(left),
    '',
    file === null ? 'dry run: nothing was written' : `kept in ${file}`,
  ].join('\n')
}

function section(title: string, changes: readonly PriceChange[], text: (change: PriceChange) => string): string[] {
  if (changes.length === 0) return []
  return ['', `${title}: ${grouped(changes.length)}`, columns(changes.map((each) => [`  ${each.name}`, text(each)]))]
}

const FIGURES = {
  input: 'input',
  output: 'output',
  cacheRead: 'cache read',
  cacheWrite: 'cache write',
  cacheWrite1h: 'cache write for 1 h',
  cacheWrite12h: 'cache write for 12 h',
} as const satisfies Readonly<Record<Exclude<keyof Figures, 'bands'>, string>>

function figures(prices: Figures | undefined): string {
  return [...texts(prices)].map(([word, price]) => `${word} ${price}`).join(', ')
}

/** Only the figures that differ; a dash for one that is not known. */
function difference({ from, to }: PriceChange): string {
  const before = texts(from)
  const after = texts(to)
  const words = [...new Set([...before.keys(), ...after.keys()])]
  const differing = words.filter((word) => before.get(word) !== after.get(word))
  return differing.map((word) => `${word} ${before.get(word) ?? '-'} -> ${after.get(word) ?? '-'}`).join(', ')
}

function texts(prices: Figures | undefined): ReadonlyMap<string, string> {
  const { bands = [], ...figures }: Partial<Figures> = prices ?? {}
  return new Map([
    ...Object.entries(FIGURES).flatMap(([name, word]): [string, string][] => {
      const price = figures[name as keyof typeof FIGURES]
      return price === undefined ? [] : [[word, String(price)]]
    }),
    ...bands.map(({ fromTokens, input, output }): [string, string] => [
      `from ${grouped(fromTokens)} tokens on`,
      `x ${input} and x ${output}`,
    ]),
  ])
}

function refusedLines(refused: RefreshReport['refused']): string[] {
  if (refused.length === 0) return []
  const more = refused.length - MAX_REFUSED
  return [
    '',
    `refused: ${grouped(refused.length)}`,
    columns(refused.slice(0, MAX_REFUSED).map(({ name, reason }) => [`  ${printable(name)}`, reason])),
    ...(more > 0 ? [`  and ${grouped(more)} more`] : []),
  ]
}

function leftLines(left: RefreshReport['left']): string[] {
  const rows = Object.entries(left)
  if (rows.length === 0) return []
  return [
    '',
    'rows that are not used:',
    columns(
      rows.map(([reason, count]) => [`  ${grouped(count)}`, reason]),
      [0],
    ),
  ]
}

/** A name from outside, in quotes: no character of it reaches the terminal's control functions. */
function printable(name: string): string {
  const cut = name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}...` : name
  return JSON.stringify(cut).replace(/[^\x20-\x7e]/g, '?')
}

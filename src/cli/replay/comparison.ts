/** Profiles and peers side by side. */

import type { Figures, ReplayResult, SetResult } from '../../replay/index.ts'
import { grouped } from '../print/table.ts'
import { costTables } from './cost-tables.ts'
import { cappedName, nameOf, percentOf } from './names.ts'
import type { Table } from './table-of.ts'

/** The figures of one profile or peer on every set. */
interface Column {
  readonly title: string
  readonly isOurs: boolean
  readonly figures: readonly Figures[]
}

export function comparison(result: ReplayResult): readonly Table[] {
  const columns = columnsOf(result)
  const tables = [savings(columns), promises(columns), times(columns), ...costTables(result), techniques(result)]
  return tables.filter(({ rows }) => rows.length > 0)
}

function columnsOf({ sets, peers }: ReplayResult): readonly Column[] {
  const ours = Map.groupBy(sets, ({ profile }) => profile)
  const theirs = Map.groupBy(peers, ({ peer }) => peer)
  return [
    ...[...ours].map(([title, figures]) => ({ title, isOurs: true, figures })),
    ...[...theirs].map(([title, figures]) => ({ title, isOurs: false, figures })),
  ].map((column) => ({ ...column, figures: column.figures.filter(({ requests }) => requests > 0) }))
}

function savings(columns: readonly Column[]): Table {
  const rows = bySet(columns).flatMap(([set, across]) => {
    const whole = [nameOf(set), grouped(set.requests), grouped(set.tokens_before)]
    const row = [...whole, ...across.map(({ saved_percent }) => percentOf(saved_percent))]
    if (set.saved_percent_capped === undefined) return [row]
    return [row, [cappedName(set), '', '', ...across.map((each) => percentOf(each.saved_percent_capped ?? 0))]]
  })
  return {
    title: 'Input tokens saved',
    head: ['set', 'requests', 'tokens', ...columns.map(({ title }) => title)],
    rows,
  }
}

/** Every column holds the same sets in the same order. */
function bySet(columns: readonly Column[]): [set: Figures, across: Figures[]][] {
  const sets = columns[0]?.figures ?? []
  return sets.map((set, index) => [set, columns.flatMap(({ figures }) => figures[index] ?? [])])
}

function promises(columns: readonly Column[]): Table {
  return {
    title: 'What else became of the requests',
    head: ['', 'larger', 'blocks that do not come back', 'prefix breaks', 'failures'],
    rows: columns.map(({ title, figures }) => [
      title,
      grouped(sum(figures.map(({ larger }) => larger))),
      lost(figures),
      grouped(sum(figures.map(({ prefix_breaks }) => prefix_breaks))),
      grouped(sum(figures.map(({ failopen }) => failopen))),
    ]),
  }
}

function lost(figures: readonly (Figures & Partial<SetResult>)[]): string {
  const known = figures.flatMap(({ failed_decodes }) => failed_decodes ?? [])
  if (known.length < figures.length) return 'no way back'
  const cut = sum(figures.map(({ lossy_blocks }) => lossy_blocks ?? 0))
  return cut === 0 ? grouped(sum(known)) : `${grouped(sum(known))}, and ${grouped(cut)} cut`
}

function times(columns: readonly Column[]): Table {
  return {
    title: 'Milliseconds added to a request, p50 / p99',
    head: ['set', ...columns.map(({ title }) => title)],
    rows: bySet(columns).map(([set, across]) => [nameOf(set), ...across.map(timesOf)]),
  }
}

function timesOf({ p50_ms, p99_ms }: Figures): string {
  return `${p50_ms.toFixed(2)} / ${p99_ms.toFixed(2)}`
}

function techniques({ sets }: ReplayResult): Table {
  const profiles = [...new Set(sets.map(({ profile }) => profile))]
  const rows = [...Map.groupBy(sets, nameOf)].flatMap(([name, group]) => {
    const names = new Set(group.flatMap((set) => Object.keys(set.techniques)))
    const rows = [...names].map((technique) => ({
      technique,
      saved: profiles.map(
        (profile) => group.find((set) => set.profile === profile)?.techniques[technique]?.saved_tokens,
      ),
    }))
    return rows
      .sort((a, b) => most(b.saved) - most(a.saved))
      .map(({ technique, saved }) => [
        name,
        technique,
        ...saved.map((each) => (each === undefined ? '' : grouped(each))),
      ])
  })
  return { title: 'Tokens saved by each technique', head: ['set', 'technique', ...profiles], rows, texts: 2 }
}

function most(saved: readonly (number | undefined)[]): number {
  return Math.max(...saved.map((each) => each ?? 0))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

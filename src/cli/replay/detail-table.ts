/** One profile: per set its figures and, indented, its techniques. */

import type { SetResult } from '../../replay/index.ts'
import { grouped } from '../print/table.ts'
import { cappedName, nameOf, percentOf } from './names.ts'
import type { Table } from './table-of.ts'

const HEAD = [
  'set',
  'sessions',
  'requests',
  'before',
  'after',
  'saved',
  'larger',
  'decode',
  'prefix',
  'p50 ms',
  'p99 ms',
]

export function detailTable(sets: readonly SetResult[]): Table {
  return { head: HEAD, rows: sets.flatMap((set) => [setRow(set), ...cappedRows(set), ...techniqueRows(set)]) }
}

function setRow(set: SetResult): string[] {
  return [
    nameOf(set),
    grouped(set.sessions),
    grouped(set.requests),
    grouped(set.tokens_before),
    grouped(set.tokens_after),
    percentOf(set.saved_percent),
    String(set.larger),
    String(set.failed_decodes),
    String(set.prefix_breaks),
    set.p50_ms.toFixed(2),
    set.p99_ms.toFixed(2),
  ]
}

function cappedRows(set: SetResult): string[][] {
  if (set.saved_percent_capped === undefined) return []
  return [[cappedName(set), '', '', '', '', percentOf(set.saved_percent_capped)]]
}

function techniqueRows({ techniques }: SetResult): string[][] {
  return Object.entries(techniques)
    .sort(([, a], [, b]) => b.saved_tokens - a.saved_tokens)
    .map(([name, { blocks, saved_tokens }]) => [
      `  ${name}`,
      '',
      `${grouped(blocks)} x`,
      '',
      '',
      grouped(-saved_tokens),
    ])
}

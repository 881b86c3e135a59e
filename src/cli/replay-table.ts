/** A replay's result as a person reads it. */

import { isSound, type ReplayResult, type SetResult } from '../replay/index.ts'
import { columns, grouped } from './table.ts'

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

/** Per set its figures and, indented, its techniques; then what was skipped, and whether all promises held. */
export function replayTable({ sets, skipped }: ReplayResult): string {
  const rows = sets.flatMap((set) => [setRow(set), ...techniqueRows(set)])
  const right = HEAD.map((_, index) => index).slice(1)
  return [
    columns([HEAD, ...rows], right),
    ...notes(sets),
    ...skipped.map(({ set, rows: count, reason }) => `skipped in ${set}: ${grouped(count)} (${reason})`),
  ].join('\n')
}

function setRow(set: SetResult): string[] {
  return [
    set.name,
    grouped(set.sessions),
    grouped(set.requests),
    grouped(set.tokens_before),
    grouped(set.tokens_after),
    `${set.saved_percent.toFixed(2)} %`,
    String(set.larger),
    String(set.failed_decodes),
    String(set.prefix_breaks),
    set.p50_ms.toFixed(2),
    set.p99_ms.toFixed(2),
  ]
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

function notes(sets: readonly SetResult[]): string[] {
  const capped = sets.flatMap(({ name, saved_percent_capped: percent }) =>
    percent === undefined ? [] : [`${name}: ${percent.toFixed(2)} % with each output weighted by at most 2,000 tokens`],
  )
  const unsound = sets.filter((set) => !isSound(set)).map(({ name }) => name)
  const verdict =
    unsound.length === 0
      ? 'no request larger, every changed block decodes, every turn extends the one before'
      : `NOT SOUND: ${unsound.join(', ')}`
  return ['', ...capped, verdict]
}

/** The result of a replay as text for a terminal, or as Markdown. */

import { isSound, type ReplayResult, type SetResult } from '../../replay/index.ts'
import { columns, grouped, markdownTable } from '../print/table.ts'
import { comparison } from './comparison.ts'
import { costTables } from './cost-tables.ts'
import { detailTable } from './detail-table.ts'
import type { Table } from './table-of.ts'

/** One profile: figures and techniques by set. Several profiles, or peers: side by side. */
export function replayText(result: ReplayResult): string {
  const { sets, peers } = result
  const isAlone = new Set(sets.map(({ profile }) => profile)).size <= 1 && peers.length === 0
  const tables = isAlone ? [detailTable(sets), ...costTables(result)] : comparison(result)
  return [...tables.map(asText), footnotes(result).join('\n')].join('\n\n')
}

/** @returns Markdown, ready for a README */
export function replayMarkdown(result: ReplayResult): string {
  return [...comparison(result).map(asMarkdown), footnotes(result).join('  \n')].join('\n\n')
}

function asText({ title, head, rows, texts = 1 }: Table): string {
  const right = head.map((_, index) => index).slice(texts)
  return [...(title === undefined ? [] : [`${title}:`]), columns([head, ...rows], right)].join('\n')
}

function asMarkdown({ title, head, rows, texts = 1 }: Table): string {
  return [...(title === undefined ? [] : [`**${title}**`, '']), markdownTable([head, ...rows], texts)].join('\n')
}

function footnotes({ sets, peers, skipped }: ReplayResult): string[] {
  return [
    ...skipped.map(({ set, rows, reason }) => `skipped in ${set}: ${grouped(rows)} (${reason})`),
    ...(peers.length > 0
      ? ['a block comes back when its values do, the spelling of numbers included: 1.0 is not 1']
      : []),
    ...stepped(sets),
    verdict(sets),
  ]
}

/** Sessions that cost more by chance because the cache reads in steps. */
function stepped(sets: readonly SetResult[]): string[] {
  const costs = sets.flatMap(({ compression_cost }) => compression_cost?.['openai-implicit'] ?? [])
  const sessions = Math.max(0, ...costs.map(({ sessions_above }) => sessions_above))
  const worst = Math.max(0, ...costs.map(({ worst_session }) => worst_session))
  if (sessions === 0) return []
  return [
    `openai-implicit reads in steps of 128 tokens: compression made up to ${sessions} sessions of a set dearer by chance, at worst ${worst.toFixed(3)} x`,
  ]
}

function verdict(sets: readonly SetResult[]): string {
  const unsound = sets.filter((set) => !isSound(set)).map(({ name, profile }) => `${name} (${profile})`)
  if (unsound.length > 0) return `NOT SOUND: ${unsound.join(', ')}`
  const isCosted = sets.some(({ compression_cost }) => compression_cost !== undefined)
  const cut = sets.some(({ lossy_blocks }) => lossy_blocks > 0) ? ' but those that Aggressive cut' : ''
  const promises = `no request larger, every changed block${cut} decodes, every turn extends the one before`
  return isCosted ? `${promises}, no session dearer under anthropic and openai-breakpoint` : promises
}

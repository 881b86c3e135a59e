/** The result of a reading test as text for a terminal, or as Markdown. */

import type { EvalResult, ResultRow } from '../../eval/index.ts'
import { columns, grouped, markdownTable, percent } from '../print/table.ts'
import { footnotes } from './footnotes.ts'

const HEAD = [
  'form',
  'blocks',
  'questions',
  'original right',
  'form right',
  'difference',
  '95 % interval',
  'lost / won',
  'p',
  'tokens before',
  'after',
]

export function evalText(result: EvalResult): string {
  const right = HEAD.map((_, index) => index).slice(1)
  const table = result.rows.length === 0 ? [] : [columns([HEAD, ...result.rows.map(cellsOf)], right)]
  return [...table, footnotes(result).join('\n')].filter((part) => part !== '').join('\n\n')
}

/** @returns Markdown, ready for a document */
export function evalMarkdown(result: EvalResult): string {
  const table = result.rows.length === 0 ? [] : [markdownTable([HEAD, ...result.rows.map(cellsOf)], 1)]
  return [...table, footnotes(result).join('  \n')].filter((part) => part !== '').join('\n\n')
}

function cellsOf(row: ResultRow): string[] {
  const [low, high] = row.interval
  return [
    nameOf(row),
    grouped(row.blocks),
    grouped(row.questions),
    percent(row.original_right, row.questions),
    percent(row.form_right, row.questions),
    points(row.difference),
    `${points(low)} to ${points(high)}`,
    `${row.lost} / ${row.won}`,
    row.p < 0.001 ? '< 0.001' : row.p.toFixed(row.p < 0.1 ? 3 : 2),
    grouped(row.tokens_before),
    grouped(row.tokens_after),
  ]
}

const WORDS = { technique: 'technique', kind: 'kind', task: 'question' } as const

function nameOf({ contender, group, name }: ResultRow): string {
  return group === 'all' ? `${contender}, all` : `${contender}, ${WORDS[group]}: ${name}`
}

function points(value: number): string {
  return `${value > 0 ? '+' : ''}${value.toFixed(1)}`
}

/** One report for a body that holds several requests. */

import { worse } from '../tokenizer/index.ts'
import type { Outcome, Report, TechniqueReport } from './report.ts'

/** The outcome of the whole is the first of these that any part has. */
const FIRST: readonly Outcome[] = ['compressed', 'audit', 'failopen', 'holdout', 'passthrough', 'blocked']

/** @returns undefined for no reports. Places of changes are left out: they count from the start of a part. */
export function sumReports(reports: readonly Report[]): Report | undefined {
  const [first] = reports
  if (first === undefined) return undefined
  const sum = (figure: (report: Report) => number): number =>
    reports.reduce((total, report) => total + figure(report), 0)
  return {
    dialect: first.dialect,
    model: first.model,
    profile: first.profile,
    outcome: FIRST.find((outcome) => reports.some((report) => report.outcome === outcome)) ?? first.outcome,
    tokens: sumTokens(reports),
    bytes: { original: sum(({ bytes }) => bytes.original), sent: sum(({ bytes }) => bytes.sent) },
    blocks: {
      seen: sum(({ blocks }) => blocks.seen),
      changed: sum(({ blocks }) => blocks.changed),
      refused: sum(({ blocks }) => blocks.refused),
      failopen: sum(({ blocks }) => blocks.failopen),
    },
    techniques: sumTechniques(reports),
    changes: [],
    ms: sum(({ ms }) => ms),
  }
}

/** Unknown where a part is unknown. What an audit would have saved is no saving beside parts that were sent encoded. */
function sumTokens(reports: readonly Report[]): Report['tokens'] {
  const isSent = reports.some(({ outcome }) => outcome === 'compressed')
  let total: Report['tokens']
  for (const { tokens, outcome } of reports) {
    if (tokens === undefined) return undefined
    const sent = isSent && outcome !== 'compressed' ? tokens.original : tokens.sent
    const original = (total?.original ?? 0) + tokens.original
    const accuracy = total === undefined ? tokens.accuracy : worse(total.accuracy, tokens.accuracy)
    total = { original, sent: (total?.sent ?? 0) + sent, saved: 0, accuracy }
  }
  return total && { ...total, saved: total.original - total.sent }
}

function sumTechniques(reports: readonly Report[]): Report['techniques'] {
  const total: Record<string, TechniqueReport> = {}
  for (const [name, { blocks, savedTokens }] of reports.flatMap(({ techniques }) => Object.entries(techniques))) {
    const before = total[name] ?? { blocks: 0, savedTokens: 0 }
    total[name] = { blocks: before.blocks + blocks, savedTokens: before.savedTokens + savedTokens }
  }
  return total
}

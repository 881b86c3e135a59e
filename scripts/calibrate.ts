/**
 * Fits the factors of models.yaml to recorded calls and their billed usage: `node scripts/calibrate.ts --corpus DIR`.
 * It prints the errors of a fit and of the factors in use, on calls that were not used for the fit. Factors are written
 * to models.yaml by hand, and only if a fit has a smaller error than the factors in use.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { listModels } from '../src/core/model/index.ts'
import { createVocabularies } from '../src/core/tokenizer/index.ts'
import { readTokenTable } from '../src/tables/index.ts'
import { calibrate, type InUse } from './calibration/fit.ts'
import { type Sample, samplesOf } from './calibration/samples.ts'

/** The minimum number of rows of a calibration (docs/spec/tokens.md, Calibration). */
const ENOUGH = 30

const { values } = parseArgs({
  options: { corpus: { type: 'string' }, file: { type: 'string', default: 'provider-usage.jsonl' } },
})
if (values.corpus === undefined) {
  console.error('usage: node scripts/calibrate.ts --corpus DIR [--file provider-usage.jsonl]')
  process.exit(2)
}
const text = readFileSync(join(values.corpus, values.file), 'utf8')
const lines = text.split('\n').filter((line) => line !== '')
const { samples, excluded } = samplesOf(lines, createVocabularies(readTokenTable))

console.log(`${lines.length} rows, ${samples.length} usable; skipped:`)
for (const [reason, count] of Object.entries(excluded).sort(([, a], [, b]) => b - a)) {
  console.log(`${String(count).padStart(5)} ${reason}`)
}
for (const [family, rows = []] of Object.entries(Object.groupBy(samples, ({ family }) => family))) show(family, rows)

function show(family: string, rows: readonly Sample[]): void {
  const inUse = factorsOf(family)
  if (rows.length < ENOUGH || inUse === undefined) {
    console.log(`\n${family}: ${rows.length} rows are too few, it stays heuristic`)
    return
  }
  const { fit, standing, ...counts } = calibrate(rows, inUse)
  console.log(`\n${family}: ${JSON.stringify(counts)}`)
  console.log(`  fit       ${JSON.stringify(fit, rounded)}`)
  console.log(`  standing  ${JSON.stringify({ ...inUse.factors, ...standing }, rounded)}`)
}

function factorsOf(family: string): InUse | undefined {
  const billing = listModels().find((card) => card.family === family)?.billing
  if (billing === undefined) return undefined
  const { content, tools } = billing
  return {
    factors: { content: content.factor, tools: tools.factor, overhead: tools.overhead },
    isExact: content.accuracy === 'exact',
  }
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value
}

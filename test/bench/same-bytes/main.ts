/**
 * `BASE=REV make same-bytes`: does this build put the same bytes on the wire as another revision, and answer, log and count
 * the same? Both get the same traffic at the same time, each with a model server of its own.
 */

import { existsSync } from 'node:fs'
import { orExit } from '../or-exit.ts'
import { buildRevision } from '../revision.ts'
import { compareBuilds } from './comparison.ts'
import { readOptions, type SameBytesOptions } from './options.ts'
import { printComparison, printLosses } from './print.ts'
import { traffic } from './traffic.ts'

const options = readOptions(process.argv.slice(2), process.env)
if ('text' in options) {
  console.error(options.text)
  process.exitCode = options.exitCode
} else {
  process.exitCode = await run(options)
}

async function run({ base, variants, first, ...asked }: SameBytesOptions): Promise<number> {
  for (const folder of asked.folders.filter((it) => !existsSync(it))) {
    console.error(`no recorded traffic in ${folder} (M2M_CORPUS)`)
  }
  const root = 'folder' in base ? base.folder : orExit(() => buildRevision(base.revision)).root
  const losses = []
  let differences = 0
  for (const variant of variants) {
    const comparison = await compareBuilds({ base: root, current: '.' }, variant, traffic(asked))
    printComparison(variant.name, comparison, first)
    differences += comparison.differences.length
    losses.push(...comparison.losses)
  }
  printLosses(losses)
  return differences === 0 ? 0 : 1
}

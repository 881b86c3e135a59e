/**
 * `make bench`: the sidecar beside its own baselines, and beside another revision of itself (BASE=REV), in the same run, in
 * short rounds that alternate, so that a drift of the machine hits all of them. Prints ratios and asserts nothing.
 * One core carries the contender under load, the other one the load and the upstream.
 */

import { writeFileSync } from 'node:fs'
import { compareFiles } from './ledger/compare-files.ts'
import { type BenchOptions, readOptions } from './options.ts'
import { orExit } from './or-exit.ts'
import { type Build, buildRevision, workingTree } from './revision.ts'
import { runBench } from './run.ts'
import { pinSelf } from './servers/contender.ts'
import { LOAD_CORE, startUpstream } from './servers/start.ts'

const options = readOptions(process.argv.slice(2), process.env)
if ('text' in options) {
  console.error(options.text)
  process.exitCode = options.exitCode
} else if (options.compared !== undefined) {
  const [a, b] = options.compared
  console.log(orExit(() => compareFiles(a, b)))
} else {
  await bench(options)
}

async function bench(asked: BenchOptions): Promise<void> {
  const revision = asked.base
  const base: Build | undefined = revision === undefined ? undefined : orExit(() => buildRevision(revision))
  pinSelf(LOAD_CORE)
  const upstream = await startUpstream()
  try {
    const ledger = await runBench({ options: asked, upstream, base, current: workingTree() })
    if (asked.jsonFile !== undefined) writeFileSync(asked.jsonFile, `${JSON.stringify(ledger, undefined, 2)}\n`)
  } finally {
    await upstream.stop()
  }
}

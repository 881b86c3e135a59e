/**
 * `make bench`: the sidecar beside its own baselines, or beside another revision of itself (BASE=REV), in the same run, in
 * short rounds that alternate, so that a drift of the machine hits all of them. Prints ratios and asserts nothing.
 * One core carries the contender under load, the other one the load and the upstream.
 */

import { writeFileSync } from 'node:fs'
import { benchBesideFloor } from './beside-floor.ts'
import { compareWith } from './compare.ts'
import { type BenchOptions, readOptions } from './options.ts'
import { buildRevision } from './revision.ts'
import { pinSelf } from './servers/contender.ts'
import { LOAD_CORE, startUpstream } from './servers/start.ts'

const options = readOptions(process.argv.slice(2), process.env)
if ('text' in options) {
  console.error(options.text)
  process.exitCode = options.exitCode
} else {
  const results = await bench(options)
  if (options.jsonFile !== undefined) writeFileSync(options.jsonFile, `${JSON.stringify(results, undefined, 2)}\n`)
}

async function bench(asked: BenchOptions): Promise<unknown> {
  const base = asked.base === undefined ? undefined : revisionOf(asked.base)
  pinSelf(LOAD_CORE)
  const upstream = await startUpstream()
  try {
    return await (base === undefined ? benchBesideFloor(asked, upstream) : compareWith(base, asked, upstream.port))
  } finally {
    await upstream.stop()
  }
}

/** The build of `BASE`; without one there is nothing to measure. */
function revisionOf(revision: string): ReturnType<typeof buildRevision> {
  try {
    return buildRevision(revision)
  } catch (error) {
    console.error((error as Error).message)
    process.exit(2)
  }
}

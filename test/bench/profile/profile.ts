/**
 * Where the time and the allocations of a call go. A sidecar of its own is profiled from outside, by V8's samplers: the
 * build has nothing in it for that, and the sidecars whose time is measured are never profiled.
 */

import { closedLoop } from '../load.ts'
import { type Loaded, type Scenario, targetOf } from '../scenarios.ts'
import { freePort } from '../servers/contender.ts'
import { type SidecarPlan, startSidecar } from '../servers/start.ts'
import { bytesByRoom, type CpuProfile, type HeapNode, timeByRoom } from './attribute.ts'
import { type Inspector, openInspector } from './inspector.ts'
import { createSources } from './source-maps.ts'

export interface Profile {
  /** Shares of the main thread's time, 0 to 1. */
  readonly time: ReadonlyMap<string, number>
  /** Bytes on the heap per call; buffers outside it are not among them. */
  readonly bytes: ReadonlyMap<string, number>
}

const WARM_UP_SECONDS = 2
const SECONDS = 2.5
const CPU_INTERVAL_US = 200
/** The mean number of bytes between two samples: each stands for those between. */
const HEAP_INTERVAL_BYTES = 4096

export async function profileSidecar(plan: Omit<SidecarPlan, 'name'>, scenario: Scenario): Promise<Profile> {
  const inspectPort = await freePort()
  const env = { NODE_OPTIONS: `--inspect=127.0.0.1:${inspectPort} --inspect-publish-uid=http` }
  const contender = await startSidecar({ ...plan, name: 'profiled', env, isQuiet: true })
  try {
    const loaded = { contender, nextBody: scenario.bodies() }
    const inspector = await openInspector(inspectPort)
    await load(scenario, loaded, WARM_UP_SECONDS)
    const time = await profileTime(inspector, () => load(scenario, loaded, SECONDS))
    const bytes = await profileBytes(inspector, () => load(scenario, loaded, SECONDS))
    inspector.close()
    return { time, bytes }
  } finally {
    await contender.stop()
  }
}

/** @returns the number of calls */
async function load(scenario: Scenario, loaded: Loaded, seconds: number): Promise<number> {
  const { requests } = await closedLoop(targetOf(loaded), scenario.connections, seconds)
  return requests
}

async function profileTime(inspector: Inspector, work: () => Promise<number>): Promise<ReadonlyMap<string, number>> {
  await inspector.send('Profiler.enable')
  await inspector.send('Profiler.setSamplingInterval', { interval: CPU_INTERVAL_US })
  await inspector.send('Profiler.start')
  await work()
  const { profile } = await inspector.send<{ profile: CpuProfile }>('Profiler.stop')
  await inspector.send('Profiler.disable')
  const sums = timeByRoom(profile, createSources())
  return divided(
    sums,
    [...sums.values()].reduce((total, value) => total + value, 0),
  )
}

async function profileBytes(inspector: Inspector, work: () => Promise<number>): Promise<ReadonlyMap<string, number>> {
  await inspector.send('HeapProfiler.startSampling', {
    samplingInterval: HEAP_INTERVAL_BYTES,
    // What has been collected was allocated too.
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  })
  const calls = await work()
  const { profile } = await inspector.send<{ profile: { head: HeapNode } }>('HeapProfiler.stopSampling')
  return divided(bytesByRoom(profile.head, createSources()), calls)
}

function divided(sums: ReadonlyMap<string, number>, by: number): ReadonlyMap<string, number> {
  return new Map([...sums].map(([room, value]) => [room, value / Math.max(1, by)]))
}

/**
 * `node test/bench/crowd/main.ts`: the gaps between a stream's events while 100 bodies of 1 MB go through the same proxy at
 * once, and while none does; the floor and the sidecar in one run. The model sends an event every 10 ms. `busy` is what the
 * proxy's main thread was running between two events: on a busy machine it waits for a core as well. Run as root, what is
 * measured goes before the load and before others. Asserts nothing.
 * M2M_ROOT=FOLDER measures the build in another folder, ROUNDS=N takes more rounds, PROFILE=Balanced another profile.
 */

import { request } from 'node:http'
import { Worker } from 'node:worker_threads'
import { quantile } from '../load.ts'
import { type Contender, freePort, pinSelf, startContender } from '../servers/contender.ts'
import { LOAD_CORE, startFloor, startSidecar } from '../servers/start.ts'
import { megabyteOfLogs } from '../silence/inputs.ts'
import { table } from '../table.ts'
import { runFirst } from './first.ts'
import type { Gap } from './stream.ts'

const ROOT = process.env['M2M_ROOT'] ?? '.'
const ROUNDS = Number(process.env['ROUNDS'] ?? 3)
const PARALLEL = 100
const QUIET_MS = 1000

pinSelf(LOAD_CORE)
const port = await freePort()
const command = [process.execPath, 'test/bench/crowd/upstream.ts', String(port)]
const upstream = await startContender('upstream', { core: LOAD_CORE, port, command })
const profile = process.env['PROFILE'] === 'Balanced' ? 'Balanced' : 'Safe'
const contenders = [
  await startFloor(port),
  await startSidecar({ name: 'sidecar', mode: 'Enforce', profile, upstreamPort: port, root: ROOT }),
]
const body = megabyteOfLogs()
const rows: string[][] = []
for (const contender of contenders) {
  runFirst(contender.pid)
  // The first round is warm-up: code is compiled.
  await besideStream(contender, () => crowd(contender))
  const quiet: Gap[] = []
  const crowded: Gap[] = []
  let seconds = 0
  for (let round = 0; round < ROUNDS; round++) {
    quiet.push(...(await besideStream(contender, () => pause(QUIET_MS))))
    const begun = performance.now()
    crowded.push(...(await besideStream(contender, () => crowd(contender))))
    seconds += (performance.now() - begun) / 1000
  }
  rows.push([contender.name, 'alone', ...figures(quiet), ''])
  rows.push([contender.name, `${PARALLEL} of 1 MB`, ...figures(crowded), (seconds / ROUNDS).toFixed(1)])
}
const heads = ['', 'beside', 'events', 'gap p50 ms', 'p99', 'longest', 'busy p50 ms', 'p99', 'longest', 's a round']
console.log(table(heads, rows))
for (const contender of contenders) await contender.stop()
await upstream.stop()

/** @returns the gaps of a stream that is open while `act` runs */
async function besideStream(contender: Contender, act: () => Promise<unknown>): Promise<Gap[]> {
  const stream = new Worker(new URL('./stream.ts', import.meta.url), {
    workerData: { port: contender.port, pid: contender.pid },
  })
  const message = (): Promise<unknown> => new Promise((resolve) => stream.once('message', resolve))
  await message()
  await act()
  const gaps = message()
  stream.postMessage('end')
  const measured = (await gaps) as Gap[]
  await stream.terminate()
  return measured
}

async function crowd(contender: Contender): Promise<void> {
  const statuses = await Promise.all(Array.from({ length: PARALLEL }, () => send(contender)))
  const failed = statuses.filter((status) => status !== 200)
  if (failed.length > 0) throw new Error(`${failed.length} of ${PARALLEL} calls failed: ${failed[0]}`)
}

function send(to: Contender): Promise<number | undefined> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length }
    const req = request({ port: to.port, path: '/v1/chat/completions', method: 'POST', headers }, (res) => {
      res.resume()
      res.once('close', () => resolve(res.statusCode))
    })
    req.once('error', () => resolve(0))
    req.end(body)
  })
}

function figures(gaps: readonly Gap[]): string[] {
  const at = (of: (gap: Gap) => number): string[] => {
    const ascending = gaps.map(of).sort((a, b) => a - b)
    return [0.5, 0.99, 1].map((share) => quantile(ascending, share).toFixed(1))
  }
  return [String(gaps.length), ...at(({ ms }) => ms), ...at(({ busyMs }) => busyMs)]
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

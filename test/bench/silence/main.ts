/**
 * `node test/bench/silence/main.ts [PART OF A NAME]...`: how long `/livez` is silent while inputs run that are dear to
 * process. The sidecar is a process of its own, asked every 5 ms. Prints a row an input; asserts nothing.
 * M2M_ROOT=FOLDER measures the build in another folder.
 */

import { request } from 'node:http'
import { Worker } from 'node:worker_threads'
import { quantile } from '../load.ts'
import { type Contender, freePort, pinSelf, startContender } from '../servers/contender.ts'
import { LOAD_CORE, startSidecar } from '../servers/start.ts'
import { table } from '../table.ts'
import { type Input, inputs } from './inputs.ts'
import type { Wait } from './poll.ts'

const ROOT = process.env['M2M_ROOT'] ?? '.'
const QUIET_MS = 200

pinSelf(LOAD_CORE)
const upstreamPort = await freePort()
const upstream = await startContender('upstream', {
  core: LOAD_CORE,
  port: upstreamPort,
  command: [process.execPath, 'test/bench/silence/upstream.ts', String(upstreamPort)],
})
const adminPort = await freePort()
const sidecar = await startSidecar({
  name: 'sidecar',
  mode: 'Enforce',
  upstreamPort,
  root: ROOT,
  adminPort,
  upstreams: [`anthropic=http://127.0.0.1:${upstreamPort}`],
})
const poll = new Worker(new URL('./poll.ts', import.meta.url), { workerData: { port: adminPort, pid: sidecar.pid } })
const asked = process.argv.slice(2)
const rows: string[][] = []
for (const input of inputs()) {
  if (asked.length > 0 && !asked.some((part) => input.name.includes(part))) continue
  rows.push(await measure(input))
  process.stderr.write('.')
}
console.log(
  table(['input', 'answers', 'p50 ms', 'p99', 'longest', 'busy p50 ms', 'p99', 'longest', 'calls s', 'MB'], rows),
)
await poll.terminate()
await sidecar.stop()
await upstream.stop()

async function measure(input: Input): Promise<string[]> {
  await pause(QUIET_MS)
  poll.postMessage('begin')
  const begun = performance.now()
  const statuses = await Promise.all(Array.from({ length: input.parallel }, () => send(input, sidecar)))
  const seconds = (performance.now() - begun) / 1000
  // What a call leaves to do after its reply is silence as well.
  await pause(QUIET_MS)
  const times = await new Promise<Wait[]>((resolve) => {
    poll.once('message', resolve)
    poll.postMessage('end')
  })
  const at = (of: (wait: Wait) => number, share: number): string =>
    quantile(
      times.map(of).sort((a, b) => a - b),
      share,
    ).toFixed(0)
  const figures = (of: (wait: Wait) => number): string[] => [at(of, 0.5), at(of, 0.99), at(of, 1)]
  const bad = statuses.filter((status) => status !== 200)
  return [
    input.name + (bad.length > 0 ? ` (${bad[0]})` : ''),
    String(times.length),
    ...figures(({ ms }) => ms),
    ...figures(({ busyMs }) => busyMs),
    seconds.toFixed(1),
    sidecar.residentMb().toFixed(0),
  ]
}

function send({ port, path, body }: Input, to: Contender): Promise<number | undefined> {
  return new Promise((resolve) => {
    const options = {
      port: port === 'admin' ? adminPort : to.port,
      path,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': body.length },
    }
    const req = request(options, (res) => {
      res.resume()
      res.once('close', () => resolve(res.statusCode))
    })
    req.once('error', () => resolve(0))
    req.end(body)
  })
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

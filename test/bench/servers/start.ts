/** Starts what is measured: the mock upstream, the bare proxy, and sidecars of any build. */

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { type Contender, freePort, startContender } from './contender.ts'

export const LOAD_CORE = 0
export const CONTENDER_CORE = 1

export async function startUpstream(): Promise<Contender> {
  const port = await freePort()
  return startContender('upstream', LOAD_CORE, port, [process.execPath, 'test/bench/servers/upstream.ts', String(port)])
}

export async function startFloor(upstreamPort: number): Promise<Contender> {
  const port = await freePort()
  return startContender('floor', CONTENDER_CORE, port, [
    process.execPath,
    '--max-semi-space-size=2',
    'test/bench/servers/floor.ts',
    String(port),
    String(upstreamPort),
  ])
}

export interface SidecarPlan {
  readonly name: string
  readonly mode: 'Disabled' | 'Enforce'
  readonly upstreamPort: number
  /** The folder whose bin/m2m is started. */
  readonly root: string
  /** Absent: any free one. */
  readonly adminPort?: number
  /** More providers, as `NAME=URL`. */
  readonly upstreams?: readonly string[]
}

export async function startSidecar({
  name,
  mode,
  upstreamPort,
  root,
  adminPort,
  upstreams = [],
}: SidecarPlan): Promise<Contender> {
  // bin/m2m takes Node.js from PATH where its folder has none installed: it shall be this one.
  process.env['PATH'] = [dirname(process.execPath), process.env['PATH']].join(delimiter)
  const port = await freePort()
  // An empty file of its own keeps the settings of whoever runs the benchmark out of it.
  const config = join(mkdtempSync(join(tmpdir(), 'm2m-bench-')), 'config.yaml')
  writeFileSync(config, '{}\n')
  return startContender(name, CONTENDER_CORE, port, [
    ...[join(root, 'bin/m2m'), 'proxy', '--config', config],
    ...['--port', String(port), '--admin-port', String(adminPort ?? (await freePort()))],
    ...[`http://127.0.0.1:${upstreamPort}/v1`, ...upstreams].flatMap((url) => ['--upstream', url]),
    ...['--mode', mode, '--log-level', 'warn'],
  ])
}

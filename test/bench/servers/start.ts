/** Starts what is measured: the mock upstream, the bare proxy, and sidecars of any build. */

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { type Contender, freePort, type Launch, startContender } from './contender.ts'

export const LOAD_CORE = 0
export const CONTENDER_CORE = 1

export async function startUpstream(): Promise<Contender> {
  const port = await freePort()
  const command = [process.execPath, 'test/bench/servers/upstream.ts', String(port)]
  return startContender('upstream', { core: LOAD_CORE, port, command })
}

export async function startFloor(upstreamPort: number): Promise<Contender> {
  return startContender('floor', await floorLaunch(upstreamPort))
}

export async function floorLaunch(upstreamPort: number): Promise<Launch> {
  const port = await freePort()
  const script = ['test/bench/servers/floor.ts', String(port), String(upstreamPort)]
  return { core: CONTENDER_CORE, port, command: [process.execPath, '--max-semi-space-size=2', ...script] }
}

export interface SidecarPlan {
  readonly name: string
  readonly mode: 'Disabled' | 'Enforce'
  readonly profile?: 'Safe' | 'Balanced'
  readonly upstreamPort: number
  /** The folder whose bin/m2m is started. */
  readonly root: string
  /** Absent: any free one. */
  readonly adminPort?: number
  /** More providers, as `NAME=URL`. */
  readonly upstreams?: readonly string[]
  /** Beside that of this process. */
  readonly env?: NodeJS.ProcessEnv
  readonly isQuiet?: boolean
}

export async function startSidecar(plan: SidecarPlan): Promise<Contender> {
  return startContender(plan.name, await sidecarLaunch(plan))
}

export async function sidecarLaunch(plan: Omit<SidecarPlan, 'name'>): Promise<Launch & { readonly adminPort: number }> {
  const { mode, profile = 'Safe', upstreamPort, root, upstreams = [], env = {}, isQuiet = false } = plan
  const [port, adminPort] = [await freePort(), plan.adminPort ?? (await freePort())]
  // An empty file of its own keeps the settings of whoever runs the benchmark out of it.
  const config = join(mkdtempSync(join(tmpdir(), 'm2m-bench-')), 'config.yaml')
  writeFileSync(config, '{}\n')
  const command = [
    ...[join(root, 'bin/m2m'), 'proxy', '--config', config],
    ...['--port', String(port), '--admin-port', String(adminPort)],
    ...[`http://127.0.0.1:${upstreamPort}/v1`, ...upstreams].flatMap((url) => ['--upstream', url]),
    ...['--mode', mode, '--profile', profile, '--log-level', 'warn'],
  ]
  // bin/m2m takes Node.js from PATH where its folder has none installed: it shall be this one.
  const path = [dirname(process.execPath), process.env['PATH']].join(delimiter)
  return { core: CONTENDER_CORE, port, adminPort, command, env: { PATH: path, ...env }, isQuiet }
}

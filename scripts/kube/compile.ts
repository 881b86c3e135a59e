/** Compiles programs of Kubernetes with the machine's Go. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { ProgramGroup } from './programs.ts'

/** Tells of long work; one line each. */
export type Say = (line: string) => void

/** Nothing but what the module names, built by the machine's own Go. */
export const GO_SETTINGS = {
  GOTOOLCHAIN: 'local',
  GOWORK: 'off',
  GOFLAGS: '-buildvcs=false -mod=readonly',
  CGO_ENABLED: '0',
  // The compiler collects less often: a third less CPU, twice its memory (0.4 GB for the largest package).
  GOGC: '400',
}

/** Between two lines that tell how far it is. */
const SAY_EVERY_MS = 30_000

/** @returns the reason for which there are no programs */
export async function compile(
  module: string,
  group: ProgramGroup,
  { into, say }: { into: string; say: Say },
): Promise<string | undefined> {
  const version = versionIn(module)
  say(`compiling ${group.title} ${version}, once for this machine`)
  const begun = performance.now()
  const failure = await build(module, group, { into, say, version })
  if (failure !== undefined) return failure
  say(`${group.title} ${version} are compiled, ${seconds(begun)} s`)
  return undefined
}

async function build(
  module: string,
  { title, packages, packageCount }: ProgramGroup,
  { into, say, version }: { into: string; say: Say; version: string },
): Promise<string | undefined> {
  const args = ['build', '-v', '-trimpath', '-ldflags', linkerFlags(version), '-o', `${into}/`, ...packages]
  const env = { ...process.env, ...GO_SETTINGS }
  const go = spawn('go', args, { cwd: module, env, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(go, 'close').catch((error: NodeJS.ErrnoException) => error)
  const begun = performance.now()
  let compiled = 0
  const rest: string[] = []
  const ticker = setInterval(() => {
    say(`${title}: ${compiled} of ${packageCount} packages compiled, ${seconds(begun)} s`)
  }, SAY_EVERY_MS)
  try {
    for await (const line of createInterface(go.stderr)) {
      // With -v Go prints the path of each package that it compiles.
      if (/^[\w.-]+(?:\/[\w.-]+)*$/.test(line)) compiled++
      else if (!line.startsWith('go: downloading ')) rest.push(line)
    }
    const result = await ended
    if (result instanceof Error) return `no Go on this machine to compile ${title} with`
    return result[0] === 0 ? undefined : `Go cannot compile ${title}: ${rest.slice(0, 3).join(' ')}`
  } finally {
    clearInterval(ticker)
  }
}

/** Without them the server calls itself v0.0.0-master, and clients print placeholders of its build. */
function linkerFlags(version: string): string {
  const [major, minor] = version.split('.')
  const values = {
    gitVersion: `v${version}`,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: 'clean',
    gitCommit: 'none',
  }
  const set = Object.entries(values).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)
  return ['-s', '-w', ...set].join(' ')
}

function versionIn(module: string): string {
  return /k8s\.io\/kubernetes v(\S+)/.exec(readFileSync(join(module, 'go.mod'), 'utf8'))?.[1] ?? 'unknown'
}

function seconds(begun: number): string {
  return ((performance.now() - begun) / 1000).toFixed(0)
}

/** A peer to measure against: Portkey's gateway, installed into the user's cache at the versions that start. */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type Contender, freePort, startContender } from './contender.ts'

const VERSION = '1.15.2'
const FOLDER = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'm2m', `portkey-${VERSION}`)
const SERVER = join(FOLDER, 'node_modules/@portkey-ai/gateway/build/start-server.js')

/** Undefined, with the reason on stderr, when it cannot be installed. */
export async function startPortkey(core: number, upstreamPort: number): Promise<Contender | undefined> {
  if (!existsSync(SERVER) && !install()) {
    console.error('Portkey cannot be installed here: left out')
    return undefined
  }
  const port = await freePort()
  const contender = await startContender('portkey', {
    core,
    port,
    command: [process.execPath, SERVER, '--headless', `--port=${port}`],
    isQuiet: true,
  })
  const headers = ['x-portkey-provider: openai', `x-portkey-custom-host: http://127.0.0.1:${upstreamPort}/v1`]
  return { ...contender, headers }
}

function install(): boolean {
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(
    join(FOLDER, 'package.json'),
    JSON.stringify({
      private: true,
      dependencies: { '@portkey-ai/gateway': VERSION },
      // Later ones of these two break its server.
      overrides: { '@hono/node-server': '1.13.5', hono: '4.9.7' },
    }),
  )
  const run = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: FOLDER,
    stdio: 'ignore',
  })
  return run.status === 0 && existsSync(SERVER)
}

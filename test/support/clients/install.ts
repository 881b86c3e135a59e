/** Installs sets of real clients once into the user's cache, outside of the project: each folder here is one set, locked. */

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'm2m')

/** Below the time after which a test counts as hanging. */
const MAX_MS = 150_000

/** Megabytes installed: SDKs 180, Claude Code 384, Codex 424. */
export type ClientSet = 'sdks' | 'claude-code' | 'codex'

export interface InstalledClients {
  /** Imports a package of the set. */
  load(name: string): unknown
  /** The path of a file in one of its packages: `@openai/codex/bin/codex.js`. */
  pathOf(file: string): string
}

/** The clients; or the reason for their absence. */
export async function installClients(set: ClientSet): Promise<InstalledClients | string> {
  const source = join(import.meta.dirname, set)
  const lock = readFileSync(join(source, 'package-lock.json'))
  const digest = createHash('sha256').update(lock).digest('hex').slice(0, 8)
  const folder = join(CACHE, `${set}-${digest}-${process.platform}-${process.arch}`)
  if (!existsSync(folder) && !(await install(source, folder))) {
    return `no ${set}: npm cannot install test/support/clients/${set}/package-lock.json`
  }
  return {
    load: createRequire(join(folder, 'package.json')),
    pathOf: (file) => join(folder, 'node_modules', file),
  }
}

/** Another process may install at the same time: the first to end gives its folder the name. */
async function install(source: string, folder: string): Promise<boolean> {
  await mkdir(CACHE, { recursive: true })
  const own = await mkdtemp(`${folder}-`)
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  try {
    await cp(source, own, { recursive: true })
    await run('npm', ['ci', ...options], { cwd: own, timeout: MAX_MS })
    await rename(own, folder)
  } catch {
    await rm(own, { recursive: true, force: true })
  }
  return existsSync(folder)
}

/** Finds Chromium, or installs Debian's where this user may: a browser that lies about no header. */

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Below the time after which a test counts as hanging. */
const MAX_MS = 170_000

export type Chromium = { readonly path: string } | { readonly reason: string }

export async function installChromium(): Promise<Chromium> {
  const found = PLACES.find((path) => existsSync(path)) ?? (await install())
  return found === undefined ? { reason: 'no Chromium: it needs Debian’s package chromium' } : { path: found }
}

async function install(): Promise<string | undefined> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const options = ['-y', '-qq', '--no-install-recommends']
  try {
    await run('apt-get', ['-qq', 'update'], { env, timeout: MAX_MS })
    await run('apt-get', ['install', ...options, 'chromium'], { env, timeout: MAX_MS, maxBuffer: 64 * 1024 * 1024 })
  } catch {
    // Another process may have installed it meanwhile.
  }
  return PLACES.find((path) => existsSync(path))
}

/** Installs a package of Debian where this user may. */

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Below the time after which a test counts as hanging. */
const MAX_MS = 170_000

/** Returns when it is installed, or cannot be: ask for its files. Another process may install it at the same time. */
export async function aptInstall(name: string): Promise<void> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const options = ['-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120']
  try {
    await run('apt-get', ['-qq', 'update'], { env, timeout: MAX_MS })
    await run('apt-get', ['install', ...options, name], { env, timeout: MAX_MS, maxBuffer: 64 * 1024 * 1024 })
  } catch {
    // Whoever asks looks for the files.
  }
}

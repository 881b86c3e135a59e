/** Installs wheels for Python once into the user's cache, outside of the project. */

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'm2m')

/** Below the time after which a test counts as hanging. */
const MAX_MS = 150_000

/** The environment in which Python finds the wheels; or the reason for their absence. */
export type Installed = { readonly env: NodeJS.ProcessEnv } | { readonly reason: string }

/**
 * @param name the package that the wheels are for
 * @param requirements the path of its requirements, every wheel pinned
 */
export async function installWheels(name: string, requirements: string): Promise<Installed> {
  const version = await pythonVersion()
  if (version === undefined) return { reason: `no ${name}: it needs python3, 3.11 or later, with pip` }
  const folder = folderFor(name, readFileSync(requirements, 'utf8'), version)
  if (!existsSync(folder) && !(await install(requirements, folder))) {
    return { reason: `no ${name}: pip cannot install its requirements.txt` }
  }
  return { env: { ...process.env, PYTHONPATH: folder, NO_PROXY: '127.0.0.1' } }
}

/** `3.12`; undefined where Python or pip is missing, or older than the wheels that are pinned. */
async function pythonVersion(): Promise<string | undefined> {
  const program = 'import pip, sys; assert sys.version_info >= (3, 11); print("%d.%d" % sys.version_info[:2])'
  try {
    const { stdout } = await run('python3', ['-c', program])
    return stdout.trim()
  } catch {
    return undefined
  }
}

/** One for each set of requirements and version of Python: its wheels are made for both. */
function folderFor(name: string, requirements: string, pythonVersion: string): string {
  const version = new RegExp(`^${name}==(.*)$`, 'm').exec(requirements)?.[1]
  const digest = createHash('sha256').update(requirements).digest('hex').slice(0, 8)
  return join(CACHE, `${name}-${version}-${digest}-python${pythonVersion}`)
}

/** Another process may install at the same time: the first to end gives its folder the name. */
async function install(requirements: string, folder: string): Promise<boolean> {
  await mkdir(CACHE, { recursive: true })
  const own = await mkdtemp(`${folder}-`)
  const options = ['--no-deps', '--no-compile', '--only-binary', ':all:', '--disable-pip-version-check']
  try {
    await run('python3', ['-m', 'pip', 'install', ...options, '--target', own, '-r', requirements], { timeout: MAX_MS })
    await rename(own, folder)
  } catch {
    await rm(own, { recursive: true, force: true })
  }
  return existsSync(folder)
}

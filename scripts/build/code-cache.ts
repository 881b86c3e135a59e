/**
 * Fills dist/cache with V8's compiled code, by one start of the sidecar: a start compiles nothing then. V8 takes it only
 * in the version, with the flags and on the kind of processor that it was made for; elsewhere it compiles as ever.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'

/** Node.js looks in a folder that ends in its user's number: that of Node's own images, and of images without root. */
const OTHER_USERS = [1000, 65532]

export async function writeCodeCache(dist: string): Promise<void> {
  await startOnce()
  const cache = join(dist, 'cache')
  for (const folder of await readdir(cache)) {
    await openToAll(join(cache, folder))
    for (const user of OTHER_USERS) {
      const link = join(cache, folder.replace(/\d+$/, String(user)))
      if (!existsSync(link)) await symlink(folder, link)
    }
  }
}

/** The code of a process is written when it ends. */
async function startOnce(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-build-'))
  const config = join(folder, 'config.yaml')
  await writeFile(config, '{}\n')
  const env = { PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter) }
  const args = ['proxy', '--config', config, '--port', '0', '--admin-port', '0']
  const sidecar = spawn(resolve('bin/m2m'), args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(sidecar, 'exit')
  const [line] = await Promise.race([once(sidecar.stdout, 'data'), exited])
  // Once it has answered, it also listens to signals.
  await fetch(`${JSON.parse(String(line)).admin}/readyz`)
  sidecar.kill('SIGTERM')
  const [code] = await exited
  await rm(folder, { recursive: true })
  if (code !== 0) throw new Error(`the sidecar did not start: exit code ${code}`)
}

/** Node.js makes the files for its own user. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const file of await readdir(folder)) await chmod(join(folder, file), 0o644)
}

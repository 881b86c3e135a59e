/** Installs the chart on the test node as a user would, with the images that were just built. */

import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { connectCluster } from '../kube/cluster.ts'
import { OPERATOR_IMAGE, SIDECAR_IMAGE } from './images/build.ts'
import type { NodeAddress } from './node.ts'

export const RELEASE_NAMESPACE = 'm2m-system'

/** Below the time after which a hook counts as hanging. */
const MAX_MS = 170_000

const VALUES = {
  'operator.replicas': 1,
  'injector.replicas': 1,
  'hotReload.nudge': true,
  'hotReload.resize': true,
  // Where the node has no such image: an error at once, not a registry that is asked.
  'sidecar.image.pullPolicy': 'Never',
  'operator.image.pullPolicy': 'Never',
}

/** Returns when all that it deploys is ready. @throws with what Helm says, and with the pods of the release */
export async function installChart(helm: string, address: NodeAddress): Promise<void> {
  const cluster = await connectCluster(address)
  const kubeconfig = join(address.folder, 'helm.conf')
  await writeFile(kubeconfig, cluster.kubeconfig(), { mode: 0o600 })
  const values = Object.entries({ ...VALUES, ...imageValues() }).flatMap(([name, value]) => [
    '--set',
    `${name}=${value}`,
  ])
  const place = ['--kubeconfig', kubeconfig, '--namespace', RELEASE_NAMESPACE, '--create-namespace']
  const args = ['install', 'm2m', 'charts/m2m', ...place, ...values, '--wait', '--timeout', '150s']
  try {
    await promisify(execFile)(helm, args, { timeout: MAX_MS, maxBuffer: 16 * 1024 * 1024 })
  } catch (error) {
    const pods = await cluster.api.get(`/api/v1/namespaces/${RELEASE_NAMESPACE}/pods`)
    throw new Error(`${(error as Error).message}\n${JSON.stringify(pods['items']).slice(0, 4000)}`)
  } finally {
    await cluster.close()
    await rm(kubeconfig, { force: true })
  }
}

function imageValues(): Record<string, string> {
  const value = (name: string, image: string): [string, string][] => {
    const [repository = '', tag = ''] = image.split(':')
    return [
      [`${name}.image.repository`, repository],
      [`${name}.image.tag`, tag],
    ]
  }
  return Object.fromEntries([...value('sidecar', SIDECAR_IMAGE), ...value('operator', OPERATOR_IMAGE)])
}

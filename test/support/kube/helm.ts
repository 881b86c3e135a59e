/** Helm as a person runs it, of two generations, against the cluster of a test. */

import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { helm3Binary, kubectlBinaries } from '../../../scripts/kube/binaries.ts'
import type { Cluster } from './cluster.ts'

/** @throws Error with what it printed, when its exit code is not 0 */
export type Helm = (...args: readonly string[]) => Promise<string>

export interface HelmVersion {
  readonly name: string
  find(): Promise<{ readonly helm: string } | string>
}

export const HELM_4: HelmVersion = { name: 'Helm 4', find: kubectlBinaries }
export const HELM_3: HelmVersion = { name: 'Helm 3', find: helm3Binary }

const MAX_MS = 120_000

/** With caches and a kubeconfig of its own; `remove` deletes them. */
export async function helmFor(path: string, cluster: Cluster): Promise<{ helm: Helm; remove(): Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'm2m-helm-'))
  const kubeconfig = join(home, 'kubeconfig')
  await writeFile(kubeconfig, cluster.kubeconfig(), { mode: 0o600 })
  const env = { ...process.env, HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home }
  return {
    helm: async (...args) => {
      const options = { env, timeout: MAX_MS, maxBuffer: 16 * 1024 * 1024 }
      const { stdout } = await promisify(execFile)(path, ['--kubeconfig', kubeconfig, ...args], options)
      return stdout
    },
    remove: () => rm(home, { recursive: true, force: true }),
  }
}

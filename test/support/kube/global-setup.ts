/** Starts the control plane that the cluster tests of a run share. Vitest calls it only when one of them is in the run. */

import type { TestProject } from 'vitest/node'
import { kubeBinaries } from '../../../scripts/kube/binaries.ts'
import type { ClusterAddress } from './cluster.ts'
import { startControlPlane } from './control-plane.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Or the reason for which there is none. */
    cluster: ClusterAddress | string
  }
}

export async function setup({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  const binaries = await kubeBinaries((line) => process.stderr.write(`${line}\n`))
  if (typeof binaries === 'string') {
    provide('cluster', binaries)
    return undefined
  }
  const controlPlane = await startControlPlane(binaries)
  provide('cluster', controlPlane.address)
  return () => controlPlane.close()
}

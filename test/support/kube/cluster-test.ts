/**
 * The `test` of cluster tests. It skips with the reason where there is no API server, and hands out what it is asked for.
 *
 * @example
 * test('7: of two policies the older wins', async ({ cluster, namespace }) => {
 *   await cluster.api.create(`/apis/m2m.io/v1alpha1/namespaces/${namespace}/m2mpolicies`, policy)
 * })
 */

import { randomBytes } from 'node:crypto'
import { test as base, inject } from 'vitest'
import { kubeBinaries } from '../../../scripts/kube/binaries.ts'
import { type Cluster, connectCluster } from './cluster.ts'
import { type ControlPlane, startControlPlane } from './control-plane.ts'
import { createNamespace, removeNamespace } from './namespaces.ts'

interface Fixtures {
  /** The control plane of the whole run. */
  cluster: Cluster
  /** A new namespace there, gone after the test with all that it holds. */
  namespace: string
  /** A control plane for this test alone, which may kill and freeze it. */
  ownControlPlane: ControlPlane
}

export const test = base.extend<Fixtures>({
  cluster: async ({ skip }, use) => {
    const address = inject('cluster')
    if (typeof address === 'string') return skip(address)
    const cluster = await connectCluster(address)
    await use(cluster)
    await cluster.close()
  },
  namespace: async ({ cluster }, use) => {
    const name = `test-${randomBytes(4).toString('hex')}`
    await createNamespace(cluster.api, name)
    await use(name)
    await removeNamespace(cluster.api, name)
  },
  ownControlPlane: async ({ skip }, use) => {
    const binaries = await kubeBinaries(() => undefined)
    if (typeof binaries === 'string') return skip(binaries)
    const controlPlane = await startControlPlane(binaries)
    await use(controlPlane)
    await controlPlane.close()
  },
})

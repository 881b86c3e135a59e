/**
 * The `test` of tests on a real node. It skips with the reason where there is none, and hands out what it is asked for.
 *
 * @example
 * test('a call leaves through the sidecar', async ({ node, namespace, mock }) => {
 *   await node.api.create(`/api/v1/namespaces/${namespace}/pods`, appPod('a', { args: ['call'] }))
 * })
 */

import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test as base, expect, inject } from 'vitest'
import { kubectlBinaries } from '../../../scripts/kube/binaries.ts'
import { type Mock, startMock } from '../../../src/mock/index.ts'
import { type Cluster, connectCluster } from '../kube/cluster.ts'
import type { NodeAddress } from './node.ts'
import { nodeFolder } from './order.ts'
import { podPath } from './pods.ts'
import { startRelay } from './relay.ts'

interface Fixtures {
  /** The node of the whole run; M2M is installed by its chart, with the nudge and the resize. */
  node: Cluster & { readonly address: NodeAddress }
  /** A new one, which enforces the restricted pod security standard; it goes after the test. */
  namespace: string
  /** What a program of a container prints, run by Node.js of its image; the container is `app` or another of the pod. */
  evaluate(pod: string, script: string, container?: string): Promise<string>
  /** A model that pods find at `MODEL_URL`. */
  mock: Mock
}

const EXEC_MS = 60_000

export const test = base.extend<Fixtures>({
  node: async ({ skip }, use) => {
    const address = inject('node')
    if (typeof address === 'string') return skip(address)
    const cluster = await connectCluster(address)
    await use({ ...cluster, address })
    await cluster.close()
  },
  namespace: async ({ node }, use) => {
    const name = `test-${randomBytes(4).toString('hex')}`
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
    await node.api.create('/api/v1/namespaces', { metadata: { name, labels } })
    await use(name)
    // The next test's model must not hear of their applications.
    await node.api.call('DELETE', `${podPath(name)}?gracePeriodSeconds=1`)
    const left = async () => (await node.api.get<{ items: unknown[] }>(podPath(name))).items.length
    await expect.poll(left, { timeout: 60_000, interval: 200 }).toBe(0)
    await node.api.delete(`/api/v1/namespaces/${name}`)
  },
  evaluate: async ({ node, namespace, skip }, use) => {
    const programs = await kubectlBinaries()
    if (typeof programs === 'string') return skip(programs)
    const config = join(node.address.folder, `${namespace}.conf`)
    await writeFile(config, node.kubeconfig({ namespace }), { mode: 0o600 })
    await use(async (pod, script, container = 'app') => {
      const args = ['--kubeconfig', config, 'exec', pod, '-c', container, '--', '/nodejs/bin/node', '-e', script]
      return (await promisify(execFile)(programs.kubectl, args, { timeout: EXEC_MS })).stdout
    })
    await rm(config)
  },
  mock: async ({ node }, use) => {
    const mock = await startMock()
    const relay = await startRelay({ path: nodeFolder(node.address.folder).exposed }, { port: mock.port })
    await use(mock)
    await relay.close()
    await mock.close()
  },
})

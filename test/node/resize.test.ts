/** Resources of a running sidecar, changed without a restart. */

import { expect } from 'vitest'
import { printSeconds } from '../support/kube/print-measured.ts'
import { test } from '../support/node/node-test.ts'
import { createApp, isRunning, podPath, sidecarOf, statusIn, untilPod } from '../support/node/pods.ts'
import { createMockPolicy, editMockPolicy } from '../support/node/policies.ts'

/** Of limits alone the kubelet takes notice when it looks at the pod the next time, up to 80 s later. */
const RESOURCES = { requests: { cpu: '30m' }, limits: { memory: '320Mi' } }

test('a running sidecar gets the resources that its policy asks for, and nothing is restarted', async ({
  node: { api },
  namespace,
  evaluate,
}) => {
  await createMockPolicy(api, namespace)
  await createApp(api, namespace, 'idle')
  const pod = { namespace, name: 'idle' }
  const before = await untilPod(api, pod, isRunning)
  expect(sidecarOf(before)?.resources).toMatchObject({ limits: { memory: '256Mi' } })
  const begun = performance.now()
  await editMockPolicy(api, namespace, { sidecar: { resources: RESOURCES } })
  await expect.poll(() => hasLimit(320), { timeout: 120_000 }).toBe(true)
  printSeconds('edit of a policy to the limit that the kernel holds', begun)
  // The kubelet tells it when it looks at the pod the next time.
  const after = await untilPod(api, pod, (now) => sidecarOf(now)?.resources?.limits?.['memory'] === '320Mi')
  printSeconds('edit of a policy to the pod’s status', begun)
  for (const status of [sidecarOf, (of: typeof after) => statusIn(of, 'app')]) {
    expect(status(after)).toMatchObject({ restartCount: 0, containerID: status(before)?.containerID })
  }
  expect((await api.get<typeof after>(podPath(namespace, 'idle'))).status.phase).toBe('Running')

  /** As the kernel has it for the sidecar's processes, in either version of cgroups. */
  async function hasLimit(mebibytes: number): Promise<boolean> {
    const script = `
      const { readFileSync } = require('node:fs')
      for (const path of ['/sys/fs/cgroup/memory/memory.limit_in_bytes', '/sys/fs/cgroup/memory.max'])
        try { console.log(readFileSync(path, 'utf8').trim()) } catch {}`
    return (await evaluate('idle', script, 'm2m-proxy')).split('\n').includes(String(mebibytes * 1024 * 1024))
  }
})

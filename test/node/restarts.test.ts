/** Sidecars that die, or do not start at first: the application does not notice. */

import { expect } from 'vitest'
import { eventsIn } from '../support/kube/policies.ts'
import { test } from '../support/node/node-test.ts'
import { createApp, hasPhase, isRunning, sidecarOf, statusIn, untilPod } from '../support/node/pods.ts'
import { createMockPolicy } from '../support/node/policies.ts'
import { killContainer } from '../support/node/processes.ts'

test('27: a sidecar that is killed comes back, again and again, and the application is not restarted', async ({
  node: { api },
  namespace,
  mock,
}) => {
  await createMockPolicy(api, namespace)
  await createApp(api, namespace, 'caller', { args: ['calls'] })
  const pod = { namespace, name: 'caller' }
  const before = await untilPod(api, pod, isRunning)
  for (const restartCount of [1, 2]) {
    killContainer(sidecarOf(await untilPod(api, pod, isRunning))?.containerID ?? '')
    // The second time it waits, as one that crashes in a loop.
    const after = await untilPod(api, pod, (now) => sidecarOf(now)?.restartCount === restartCount)
    expect(statusIn(after, 'app')).toMatchObject({ restartCount: 0, containerID: statusIn(before, 'app')?.containerID })
    expect(sidecarOf(after)?.lastState.terminated).toMatchObject({ exitCode: 137 })
    await untilPod(api, pod, (now) => sidecarOf(now)?.started === true)
    const answered = mock.requests.length
    await expect.poll(() => mock.requests.length, { timeout: 60_000 }).toBeGreaterThan(answered)
  }
})

test('27: a sidecar that is out of memory comes back, and the application is not restarted', async ({
  node: { api },
  namespace,
  evaluate,
}) => {
  await createApp(api, namespace, 'large', { annotations: { 'm2m.io/memory': '64Mi', 'm2m.io/memory-limit': '80Mi' } })
  const pod = { namespace, name: 'large' }
  const before = await untilPod(api, pod, isRunning)
  // Shared memory counts for the container that writes it. The kernel then ends the largest process, which is the sidecar.
  const script = `
    const { writeFileSync } = require('node:fs')
    for (let n = 0; n < 15; n++) writeFileSync('/dev/shm/' + n, Buffer.alloc(4e6, 1))`
  await evaluate('large', script, 'm2m-proxy').catch(() => undefined)
  const after = await untilPod(api, pod, (now) => (sidecarOf(now)?.restartCount ?? 0) > 0)
  expect(sidecarOf(after)?.lastState.terminated).toMatchObject({ reason: 'OOMKilled' })
  await untilPod(api, pod, (now) => sidecarOf(now)?.started === true)
  expect(statusIn(after, 'app')).toMatchObject({ restartCount: 0, containerID: statusIn(before, 'app')?.containerID })
})

test('27: a pod that never restarts its containers starts after startup probes that failed', async ({
  node: { api },
  namespace,
  mock,
}) => {
  await createMockPolicy(api, namespace)
  // A twentieth of a core: it takes seconds to start.
  await createApp(api, namespace, 'slow', { args: ['call'], annotations: { 'm2m.io/cpu-limit': '50m' } })
  const pod = await untilPod(api, { namespace, name: 'slow' }, hasPhase('Succeeded'))
  expect(sidecarOf(pod)?.restartCount).toBe(0)
  expect(statusIn(pod, 'app')?.restartCount).toBe(0)
  const failed = (await eventsIn(api, namespace)).filter(({ reason }) => reason === 'Unhealthy')
  expect(failed.map(({ note }) => note)).toContainEqual(expect.stringMatching(/^Startup probe failed/))
  expect(mock.requests).toHaveLength(1)
})

test('27: so it does when its sidecar has died before it was ready', async ({ node: { api }, namespace, mock }) => {
  await createMockPolicy(api, namespace)
  await createApp(api, namespace, 'dead', { args: ['call'], annotations: { 'm2m.io/cpu-limit': '50m' } })
  const name = { namespace, name: 'dead' }
  const starting = await untilPod(api, name, (now) => sidecarOf(now)?.state.running !== undefined)
  expect(sidecarOf(starting)?.started).toBe(false)
  killContainer(sidecarOf(starting)?.containerID ?? '')
  const pod = await untilPod(api, name, hasPhase('Succeeded'))
  expect(sidecarOf(pod)?.restartCount).toBe(1)
  expect(statusIn(pod, 'app')?.restartCount).toBe(0)
  expect(mock.requests).toHaveLength(1)
})

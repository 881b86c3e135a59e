/** A policy that changes while pods run. */

import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Mock } from '../../src/mock/index.ts'
import { wordyBody } from '../support/chat-call.ts'
import { bundleOf } from '../support/kube/policies.ts'
import { printSeconds } from '../support/kube/print-measured.ts'
import { test } from '../support/node/node-test.ts'
import { createApp, hasPhase, isRunning, podPath, saidBy, sidecarOf, untilPod } from '../support/node/pods.ts'
import { createMockPolicy, editMockPolicy } from '../support/node/policies.ts'

/** A kubelet looks at its volumes within a minute, and reads what changed some seconds late. */
const PASSIVE_MS = 150_000

/** Two minutes of a stream that nobody releases. */
const PIECES = 600

const OFF = { compression: { mode: 'Disabled' } }

test('26: a changed policy reaches a running pod that is nudged, and no stream is cut', async ({
  node: { api },
  namespace,
  mock,
}) => {
  await createMockPolicy(api, namespace)
  const stream = holdStreams(mock)
  await Promise.all([
    createApp(api, namespace, 'caller', { args: ['calls'] }),
    createApp(api, namespace, 'listener', { args: ['stream'] }),
  ])
  await expect.poll(() => sizesOf(mock).size, { timeout: 60_000 }).toBe(1)
  await expect.poll(() => saidBy(api, namespace, 'listener').catch(() => [])).toContainEqual({ piece: 1 })

  const begun = performance.now()
  await editMockPolicy(api, namespace, OFF)
  await expect.poll(() => isUnchanged(mock), { timeout: 60_000, interval: 50 }).toBe(true)
  printSeconds('edit of a policy to the first call by it, nudged', begun)

  // It had begun before, and is not over.
  expect(await saidBy(api, namespace, 'listener')).not.toContainEqual({ ended: PIECES })
  stream.release()
  await untilPod(api, { namespace, name: 'listener' }, hasPhase('Succeeded'))
  expect(await saidBy(api, namespace, 'listener')).toContainEqual({ ended: PIECES })
  const said = await saidBy(api, namespace, 'caller')
  expect(said.at(-1)).toMatchObject({ failed: 0 })
  expect(sidecarOf(await untilPod(api, { namespace, name: 'caller' }, isRunning))?.restartCount).toBe(0)
})

test('26: it reaches one that is not nudged within the kubelet’s own time, and never a file that is mounted by subPath', async ({
  node: { api },
  namespace,
  mock,
  evaluate,
}) => {
  await createMockPolicy(api, namespace)
  const before = (await bundleOf(api, namespace))?.data['index.json']
  const volumes = [{ name: 'copy', configMap: { name: 'm2m-bundle' } }]
  const volumeMounts = [{ name: 'copy', mountPath: '/copy/index.json', subPath: 'index.json' }]
  await createApp(api, namespace, 'caller', { args: ['calls'], spec: { volumes }, container: { volumeMounts } })
  await untilPod(api, { namespace, name: 'caller' }, isRunning)
  // The operator does not see it as one of its pods any more.
  await api.merge(podPath(namespace, 'caller'), { metadata: { labels: { 'm2m.io/injected': null } } })
  await expect.poll(() => sizesOf(mock).size).toBe(1)
  await sleep(1000)

  const begun = performance.now()
  await editMockPolicy(api, namespace, OFF)
  await expect.poll(() => isUnchanged(mock), { timeout: PASSIVE_MS, interval: 50 }).toBe(true)
  printSeconds('edit of a policy to the first call by it, passive', begun)
  expect((await bundleOf(api, namespace))?.data['index.json']).not.toBe(before)
  const copy = await evaluate('caller', "console.log(require('node:fs').readFileSync('/copy/index.json', 'utf8'))")
  expect(copy.trimEnd()).toBe(before?.trimEnd())
  expect((await saidBy(api, namespace, 'caller')).at(-1)).toMatchObject({ failed: 0 })
})

/** A piece of a stream comes every 200 ms, all that is left once it is released. Other calls are answered at once. */
function holdStreams(mock: Mock): { release(): void } {
  let delayMs = 200
  const step = {
    answer: { text: 'word '.repeat(PIECES) },
    get delayMs() {
      return delayMs
    },
  }
  mock.on(({ json }) => isStream(json), step)
  return {
    release: () => {
      delayMs = 0
    },
  }
}

function isStream(json: unknown): boolean {
  return (json as { stream?: boolean }).stream === true
}

function sizesOf(mock: Mock): Set<number> {
  return new Set(mock.requests.filter(({ json }) => !isStream(json)).map(({ body }) => body.length))
}

/** The last call has come as the application sent it. */
function isUnchanged(mock: Mock): boolean {
  return mock.requests.at(-1)?.body.length === Buffer.byteLength(JSON.stringify(JSON.parse(wordyBody())))
}

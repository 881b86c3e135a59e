/** Bundles that others have changed. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { startSidecar } from '../../sidecar/start.ts'
import type { AdminApi } from '../support/kube/admin-api.ts'
import { operatorIn } from '../support/kube/operator.ts'
import { test, writesOf } from '../support/kube/operator-test.ts'
import {
  BUNDLE,
  bundleOf,
  conditionsOf,
  createPolicy,
  eventsIn,
  policyPath,
  programmedIn,
} from '../support/kube/policies.ts'
import { printSeconds } from '../support/kube/print-measured.ts'
import { kubeletVolume } from '../support/kubelet-volume.ts'
import { testConfig } from '../support/test-config.ts'

const pathOf = (namespace: string): string => `/api/v1/namespaces/${namespace}/configmaps/${BUNDLE}`

async function settled(api: AdminApi, namespace: string): Promise<Readonly<Record<string, string>>> {
  await createPolicy(api, namespace, 'a', { compression: { mode: 'Audit' } })
  await expect.poll(() => programmedIn(api, namespace)).toEqual([`${namespace}.a`])
  return (await bundleOf(api, namespace))!.data
}

test('6: a bundle that was edited by hand is repaired, with an Event, while its sidecar keeps the last good policy', async ({
  cluster,
  namespace,
  operator,
}) => {
  const { api } = cluster
  const good = await settled(api, namespace)
  const folder = await mkdtemp(join(tmpdir(), 'm2m-bundle-'))
  const volume = kubeletVolume(join(folder, 'bundle'))
  volume.mount(good)
  const sidecar = await startSidecar(testConfig({ policy: { path: volume.path, pollMs: 50 } }))
  const running = async (): Promise<unknown> =>
    /m2m_policy_info\{([^}]*)\}/.exec(await (await fetch(`${sidecar.adminUrl}/metrics`)).text())?.[1]
  const before = await running()
  expect(before).toContain('policy="a"')
  const broken = { ...good, [`${namespace}.a.json`]: '{"compression": "mode: Enforce' }
  const editedAt = performance.now()
  await api.merge(pathOf(namespace), { data: broken })
  // What a kubelet may have brought to the pod meanwhile.
  volume.mount(broken)
  await expect.poll(async () => (await bundleOf(api, namespace))?.data, { interval: 5 }).toEqual(good)
  printSeconds('6: drift repaired', editedAt)
  await expect.poll(async () => (await eventsIn(api, namespace)).map(({ reason }) => reason)).toEqual(['DriftRepaired'])
  expect((await eventsIn(api, namespace))[0]).toMatchObject({ regarding: { kind: 'ConfigMap', name: BUNDLE } })
  await expect
    .poll(async () => await (await fetch(`${sidecar.adminUrl}/metrics`)).text())
    .toMatch(/m2m_config_reloads_total\{result="rejected"\} 1/)
  expect(await running()).toBe(before)
  expect((await fetch(`${sidecar.adminUrl}/readyz`)).status).toBe(200)
  await sidecar.close()
  await rm(folder, { recursive: true })
  await operator.idle()
})

test('6: whatever was done to a bundle is undone: new keys, binary data, a lost label, a lock, a deletion', async ({
  cluster,
  namespace,
  operator,
  proxy,
}) => {
  const { api } = cluster
  const good = await settled(api, namespace)
  const deeds: [string, () => Promise<unknown>][] = [
    ['a new key', () => api.merge(pathOf(namespace), { data: { 'evil.json': '{}' } })],
    ['binary data', () => api.merge(pathOf(namespace), { binaryData: { x: 'AAAA' } })],
    ['no label', () => api.merge(pathOf(namespace), { metadata: { labels: { 'm2m.io/bundle': null } } })],
    ['no hash', () => api.merge(pathOf(namespace), { metadata: { annotations: { 'm2m.io/bundle-hash': null } } })],
    ['a deletion', () => api.delete(pathOf(namespace))],
    ['a lock', () => api.merge(pathOf(namespace), { immutable: true, data: { 'index.json': '{}' } })],
  ]
  for (const [what, deed] of deeds) {
    await deed()
    await expect
      .poll(async () => summaryOf(await bundleOf(api, namespace)), { message: what })
      .toEqual({ data: good, binaryData: undefined, label: 'true', hasHash: true, immutable: undefined })
  }
  await operator.idle()
  const count = writesOf(proxy).length
  await sleep(500)
  // It is at rest: no repair has caused another.
  expect(writesOf(proxy)).toHaveLength(count)
})

interface WholeBundle {
  readonly data: unknown
  readonly binaryData?: unknown
  readonly immutable?: boolean
  readonly metadata: { readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> }
}

function summaryOf(bundle: unknown): object {
  const { data, binaryData, immutable, metadata } = (bundle ?? { metadata: {} }) as WholeBundle
  const { labels = {}, annotations = {} } = metadata
  return { data, binaryData, label: labels['m2m.io/bundle'], hasHash: 'm2m.io/bundle-hash' in annotations, immutable }
}

test('6: an edit that was made while no operator ran is repaired by the next one, and told', async ({
  cluster,
  home,
  namespace,
}) => {
  const { api } = cluster
  const first = await operatorIn(cluster, home)
  const good = await settled(api, namespace)
  await first.close()
  await api.merge(pathOf(namespace), { data: { 'index.json': '{"version":2,"policies":[]}' } })
  const second = await operatorIn(cluster, home)
  await expect.poll(async () => (await bundleOf(api, namespace))?.data).toEqual(good)
  await expect.poll(async () => (await eventsIn(api, namespace)).map(({ reason }) => reason)).toContain('DriftRepaired')
  await second.close()
})

test('two that write the same bundle for ever do not write for ever: repairs get rare, and a Warning says so', async ({
  cluster,
  namespace,
  operator,
  proxy,
  onTestFinished,
}) => {
  const { api } = cluster
  const good = await settled(api, namespace)
  let isOver = false
  const rival = (async () => {
    for (let round = 0; !isOver; round++) {
      await api.merge(pathOf(namespace), { data: { 'index.json': `{"round":${round}}` } })
      await sleep(50)
    }
  })()
  onTestFinished(async () => {
    isOver = true
    await rival
  })
  await expect
    .poll(async () => (await eventsIn(api, namespace)).map(({ reason }) => reason), { timeout: 60_000 })
    .toContain('DriftContested')
  const before = writesOf(proxy).filter((write) => write.includes(BUNDLE)).length
  await sleep(3000)
  expect(writesOf(proxy).filter((write) => write.includes(BUNDLE)).length - before).toBeLessThan(3)
  await expect.poll(() => conditionsOf(api, namespace, 'a')).toContain('Programmed=False/Pending')
  isOver = true
  await rival
  // The pause is that of one fight: a policy that changes is written at once.
  await api.merge(policyPath(namespace, 'a'), { spec: { compression: { mode: 'Disabled' } } })
  await expect.poll(async () => JSON.stringify((await bundleOf(api, namespace))?.data)).toContain('Disabled')
  expect((await bundleOf(api, namespace))?.data).not.toEqual(good)
  await expect.poll(() => conditionsOf(api, namespace, 'a')).toContain('Programmed=True')
  await operator.idle()
})

/** A list-and-watch loop while the API server is away. */

import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { createQueue } from '../../operator/kube/index.ts'
import { test } from '../support/kube/cluster-test.ts'
import type { ControlPlane } from '../support/kube/control-plane.ts'
import { printSeconds } from '../support/kube/print-measured.ts'
import { configMap, pathOf, valuesAt, valuesOf, type Watched, watchConfigMaps } from '../support/kube/watched.ts'

const NAMESPACE = 'default'

/** Ten times what an operator may need after the server is back. */
const DEADLINE = { timeout: 50_000 }

/** A tenth of what the server is away in the field; back-off has reached its ceiling for silence by then. */
const AWAY_MS = 8_000

test('9: a killed API server that comes back is watched on from where it was, and no write is done twice', async ({
  ownControlPlane: plane,
}) => {
  const copier = copyMarked(plane)
  for (const name of ['a', 'b', 'c']) await plane.api.create(pathOf(NAMESPACE), marked(name, '1'))
  await expect.poll(() => copier.copied).toEqual(['a', 'b', 'c'])

  const downSince = performance.now()
  await plane.apiServer.kill()
  await sleep(AWAY_MS)
  await plane.apiServer.start()
  const backSince = performance.now()
  printSeconds('9: API server away', downSince)
  await plane.api.create(pathOf(NAMESPACE), marked('d', '1'))
  await expect.poll(() => copier.copied, DEADLINE).toEqual(['a', 'b', 'c', 'd'])
  printSeconds('9: from its return to the next write', backSince)

  expect(copier.source).toMatchObject({ restarts: 1, doubles: [] })
  // A server that starts has no past: it may say that the version is too old.
  expect(copier.source.lists.slice(1)).toHaveLength(copier.source.lists.includes('expired') ? 1 : 0)
  const writes = (await plane.apiServer.audited()).filter(
    ({ verb, userAgent }) => verb === 'patch' && userAgent === 'copier',
  )
  expect(writes.map(({ objectRef }) => objectRef?.name)).toEqual(['copy-a', 'copy-b', 'copy-c', 'copy-d'])
  await copier.close()
})

test('10: after a minute in which another server took the changes, no entry is stale', async ({
  ownControlPlane: plane,
}) => {
  const watched = watchConfigMaps(plane.kubeConfig(), { namespace: NAMESPACE })
  for (const name of ['stays', 'changes', 'goes']) await plane.api.create(pathOf(NAMESPACE), configMap(name, '1'))
  watched.watch.start()
  await expect.poll(() => valuesOf(watched)).toMatchObject({ stays: '1', changes: '1', goes: '1' })

  const second = await plane.startApiServer()
  await plane.apiServer.kill()
  const other = await plane.at(second.url)
  await other.api.merge(`${pathOf(NAMESPACE)}/changes`, { data: { value: '2' } })
  await other.api.delete(`${pathOf(NAMESPACE)}/goes`)
  await other.api.create(pathOf(NAMESPACE), configMap('comes', '1'))
  await sleep(60_000)
  // What the first server's cache could have told is forgotten: only a list helps.
  await plane.etcd.compact()
  await plane.apiServer.start()
  const backSince = performance.now()
  await expect.poll(() => valuesOf(watched), DEADLINE).toEqual(await valuesAt(watched.client, NAMESPACE))
  printSeconds('10: from its return to the whole list', backSince)

  expect(valuesOf(watched)).toMatchObject({ stays: '1', changes: '2', comes: '1' })
  expect(watched.watch.items.has(`${NAMESPACE}/goes`)).toBe(false)
  expect(watched.changes.filter((change) => change.startsWith('goes'))).toEqual(['goes: - > 1', 'goes: 1 > -'])
  expect(watched).toMatchObject({ doubles: [], lists: ['start', 'expired'], restarts: 1 })
  await watched.close()
  await other.close()
})

test('11: a version that etcd has compacted meanwhile costs one list', async ({ ownControlPlane: plane }) => {
  const watched = watchConfigMaps(plane.kubeConfig(), { namespace: NAMESPACE })
  await plane.api.create(pathOf(NAMESPACE), configMap('one', '1'))
  watched.watch.start()
  await watched.watch.synced
  const second = await plane.startApiServer()
  await plane.apiServer.kill()
  const other = await plane.at(second.url)
  for (const value of ['2', '3', '4']) await other.api.merge(`${pathOf(NAMESPACE)}/one`, { data: { value } })
  await plane.etcd.compact()
  await plane.apiServer.start()
  await plane.api.merge(`${pathOf(NAMESPACE)}/one`, { data: { value: '5' } })
  await expect.poll(() => valuesOf(watched)['one'], DEADLINE).toBe('5')
  expect(watched).toMatchObject({ lists: ['start', 'expired'], doubles: [], restarts: 1 })
  expect(watched.changes.at(-1)).toMatch(/> 5$/)
  await watched.close()
  await other.close()
})

interface Copier {
  readonly source: Watched
  /** Names whose copies were written, in order. */
  readonly copied: readonly string[]
  close(): Promise<void>
}

/** A controller as small as one can be: each marked ConfigMap gets a copy. */
function copyMarked(plane: ControlPlane): Copier {
  const copied: string[] = []
  const source = watchConfigMaps(plane.kubeConfig(), {
    namespace: NAMESPACE,
    labelSelector: 'marked=true',
    client: { userAgent: 'copier' },
    onChange: (key) => queue.add(key),
  })
  const queue = createQueue({
    reconcile: async (key) => {
      const name = key.split('/')[1] ?? ''
      const copy = configMap(`copy-${name}`, source.watch.items.get(key)?.value ?? '')
      await source.client.apply(`${pathOf(NAMESPACE)}/copy-${name}`, copy, { fieldManager: 'copier' })
      copied.push(name)
    },
  })
  source.watch.start()
  return {
    source,
    copied,
    close: async () => {
      await source.watch.stop()
      await queue.close()
      await source.close()
    },
  }
}

function marked(name: string, value: string): object {
  return configMap(name, value, { marked: 'true' })
}

/** What one namespace may store keeps no other from its bundle. */

import { expect } from 'vitest'
import { LAST_APPLIED } from '../../src/core/policy/documents.ts'
import { createNamespace, removeNamespace } from '../support/kube/namespaces.ts'
import { operatorIn } from '../support/kube/operator.ts'
import { test } from '../support/kube/operator-test.ts'
import { conditionsOf, createPolicy, policyObject, policyPath, programmedIn } from '../support/kube/policies.ts'
import { printSeconds } from '../support/kube/print-measured.ts'

/** A megabyte: labels have no limit but that of an object. */
const PREFIX = Array.from({ length: 4 }, () => 'p'.repeat(62)).join('.')
const LABELS = Object.fromEntries(
  Array.from({ length: 2_700 }, (_, i) => [`${PREFIX}/${String(i).padStart(63, 'k')}`, 'v'.repeat(63)]),
)

/** More than one answer may hold. */
const COUNT = 17

test('objects of a megabyte and an annotation that nests deep hold up nobody else', { timeout: 180_000 }, async ({
  cluster,
  home,
  namespace,
  onTestFinished,
}) => {
  const { api } = cluster
  const victim = `${home}-b`
  await createNamespace(api, victim)
  const withMetadata = (object: object, metadata: object): object => ({ ...object, metadata })
  for (let i = 0; i < COUNT; i++) {
    const name = `large-${i}`
    await api.create(policyPath(namespace), withMetadata(policyObject(name, {}), { name, labels: LABELS }))
  }
  const annotations = { [LAST_APPLIED]: `{"spec":${'['.repeat(100_000)}${']'.repeat(100_000)}}` }
  await api.create(policyPath(namespace), withMetadata(policyObject('deep', {}), { name: 'deep', annotations }))

  const operator = await operatorIn(cluster, home)
  onTestFinished(() => operator.close())
  const startedAt = performance.now()
  await createPolicy(api, victim, 'a', {})
  await expect.poll(() => programmedIn(api, victim), { timeout: 60_000 }).toEqual([`${victim}.a`])
  printSeconds('a bundle beside 17 MB of another tenant', startedAt)
  await expect.poll(() => conditionsOf(api, namespace, 'deep'), { timeout: 60_000 }).toMatch(/Programmed=True/)
  await expect.poll(() => conditionsOf(api, namespace, 'large-7'), { timeout: 60_000 }).toMatch(/Accepted=True/)
  expect(operator.isLeading).toBe(true)
  await removeNamespace(api, victim)
})

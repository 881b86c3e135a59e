/** The authority of an API server is replaced while an operator runs: first it knows both, then the server moves, then one goes. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { createAuthority } from '../support/certificates.ts'
import { operatorIn, type TestOperator } from '../support/kube/operator.ts'
import { test as base, writesOf } from '../support/kube/operator-test.ts'
import { createPolicy, programmedIn } from '../support/kube/policies.ts'

const SLOW = { timeout: 60_000 }

/** As in a pod: the file of the service account, which the kubelet replaces. */
const test = base.extend<{ caFile: string; operator: TestOperator }>({
  caFile: async ({ cluster }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'm2m-authorities-'))
    const path = join(folder, 'ca.crt')
    await writeFile(path, cluster.authority.cert)
    await use(path)
    await rm(folder, { recursive: true })
  },
  operator: async ({ cluster, home, proxy, caFile }, use) => {
    const operator = await operatorIn(cluster, home, { kubeconfigOptions: { url: proxy.url, caFile } })
    await expect.poll(() => operator.isLeading).toBe(true)
    await use(operator)
    await operator.close()
  },
})

test('19: an operator that knows both authorities goes on while the server moves from the old to the new one', async ({
  cluster,
  namespace,
  proxy,
  caFile,
  operator,
}) => {
  const names: string[] = []
  const expectWritten = async (name: string): Promise<void> => {
    names.push(`${namespace}.${name}`)
    await createPolicy(cluster.api, namespace, name, {})
    await expect.poll(() => programmedIn(cluster.api, namespace), SLOW).toEqual(names)
  }
  const next = await createAuthority('CN=Next authority')
  await expectWritten('a')
  await writeFile(caFile, `${next.cert}\n${cluster.authority.cert}`)
  await expectWritten('b')
  proxy.present(await next.issue())
  proxy.cut()
  await expectWritten('c')
  await writeFile(caFile, next.cert)
  await expectWritten('d')
  expect(operator.isLeading).toBe(true)
  expect(JSON.stringify(operator.lines)).not.toMatch(/certificate|lease is lost/i)
  // The first list of each watch, and no more: what was open moved on from where it was.
  expect(await operator.metrics()).not.toMatch(
    /^m2m_operator_lists_total\{[^}]*reason="(?:expired|periodic)"[^}]*\} [1-9]/m,
  )
})

test('19: one that has only the old authority says so, writes nothing, and goes on once its file has the new one', async ({
  cluster,
  namespace,
  proxy,
  caFile,
  operator,
}) => {
  await createPolicy(cluster.api, namespace, 'a', {})
  await expect.poll(() => programmedIn(cluster.api, namespace), SLOW).toEqual([`${namespace}.a`])
  const next = await createAuthority('CN=Next authority')
  proxy.present(await next.issue())
  proxy.cut()
  await expect.poll(() => JSON.stringify(operator.lines), SLOW).toMatch(/certificate/)
  const before = writesOf(proxy).length
  await createPolicy(cluster.api, namespace, 'b', {})
  await writeFile(caFile, next.cert)
  await expect.poll(() => programmedIn(cluster.api, namespace), SLOW).toEqual([`${namespace}.a`, `${namespace}.b`])
  expect(
    writesOf(proxy)
      .slice(before)
      .filter((write) => write.endsWith('/m2m-bundle')),
  ).toHaveLength(1)
})

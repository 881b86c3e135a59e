/** The `test` of tests of the operator: an operator of its own, in a namespace of its own, which leads already. */

import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import { test as clusterTest } from './cluster-test.ts'
import { createNamespace, removeNamespace } from './namespaces.ts'
import { operatorIn, type TestOperator } from './operator.ts'
import { installPolicyDefinition } from './policy-definition.ts'
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts'

interface Fixtures {
  /** The namespace of the operator. The definition of policies is installed. */
  home: string
  operator: TestOperator
  /** Between the operator and the API server. */
  proxy: RecordingProxy
}

/** The writes of an operator, `PATCH /api/...` without its query: all but those of its lease and its Events. */
export function writesOf({ calls }: RecordingProxy): readonly string[] {
  return calls
    .filter(({ method, url }) => method !== 'GET' && !/\/(leases|events)\b/.test(url))
    .map(({ method, url }) => `${method} ${url.split('?', 1)[0]}`)
}

export const test = clusterTest.extend<Fixtures>({
  home: async ({ cluster }, use) => {
    const name = `m2m-${randomBytes(4).toString('hex')}`
    await installPolicyDefinition(cluster.api)
    await createNamespace(cluster.api, name)
    await use(name)
    await removeNamespace(cluster.api, name)
  },
  proxy: async ({ cluster }, use) => {
    const proxy = await startRecordingProxy(cluster)
    await use(proxy)
    await proxy.close()
  },
  operator: async ({ cluster, home, proxy }, use) => {
    const operator = await operatorIn(cluster, home, { kubeconfigOptions: { url: proxy.url } })
    await expect.poll(() => operator.isLeading).toBe(true)
    await use(operator)
    await operator.close()
  },
})

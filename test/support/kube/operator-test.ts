/** The `test` of tests of the operator: an operator of its own, in a namespace of its own, which leads already. */

import { expect } from 'vitest'
import { test as homeTest } from './home-test.ts'
import { operatorIn, type TestOperator } from './operator.ts'
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts'

interface Fixtures {
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

export const test = homeTest.extend<Fixtures>({
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

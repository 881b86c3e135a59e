/** The `test` of tests of the operator: an operator of its own, in a namespace of its own, which leads already. */

import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import { test as clusterTest } from './cluster-test.ts'
import { createNamespace, removeNamespace } from './namespaces.ts'
import { operatorIn, type TestOperator } from './operator.ts'
import { installDefinition } from './policies.ts'

interface Fixtures {
  /** The namespace of the operator. The definition of policies is installed. */
  home: string
  operator: TestOperator
}

export const test = clusterTest.extend<Fixtures>({
  home: async ({ cluster }, use) => {
    const name = `m2m-${randomBytes(4).toString('hex')}`
    await installDefinition(cluster.api)
    await createNamespace(cluster.api, name)
    await use(name)
    await removeNamespace(cluster.api, name)
  },
  operator: async ({ cluster, home }, use) => {
    const operator = await operatorIn(cluster, home)
    await expect.poll(() => operator.isLeading).toBe(true)
    await use(operator)
    await operator.close()
  },
})

/** The `test` of tests of what the chart installs: with a namespace for it. */

import { randomBytes } from 'node:crypto'
import { test as clusterTest } from './cluster-test.ts'
import { createNamespace, removeNamespace } from './namespaces.ts'
import { installPolicyDefinition } from './policy-definition.ts'

interface Fixtures {
  /** A new namespace for operator or injector. The definition of policies is installed. */
  home: string
}

export const test = clusterTest.extend<Fixtures>({
  home: async ({ cluster }, use) => {
    const name = `m2m-${randomBytes(4).toString('hex')}`
    await installPolicyDefinition(cluster.api)
    await createNamespace(cluster.api, name)
    await use(name)
    await removeNamespace(cluster.api, name)
  },
})

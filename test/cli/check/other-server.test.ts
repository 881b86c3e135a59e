/** `m2m check` where the kubeconfig leads to something else. */

import { expect, test } from 'vitest'
import { checkApiServer } from '../../../src/cli/check/control-plane.ts'
import type { KubeClient } from '../../../src/kube/index.ts'

test.for([null, {}, [], { gitVersion: 7 }])('a server that answers %j is told in a sentence', async (answer) => {
  const client = { get: async () => answer } as unknown as KubeClient
  await expect(checkApiServer(client)).rejects.toMatchObject({
    code: 'CLUSTER_REFUSED',
    message: expect.stringContaining('no API server of Kubernetes'),
  })
})

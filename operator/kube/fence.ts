/** A client whose writes are sent only while a lease is held. */

import type { KubeClient } from '../../src/kube/index.ts'

/** The question is asked right before each sending, also after waits. @throws KubeError `NotLeader` */
export function fenced(_client: KubeClient, _isHeld: () => boolean): KubeClient {
  throw new Error('not built')
}

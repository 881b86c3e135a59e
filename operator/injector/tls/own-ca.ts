/**
 * Certificates without anybody's help: one authority in a Secret, which the holder of the lease keeps; each replica signs
 * its own leaf, which never leaves its memory.
 */

import { randomBytes } from 'node:crypto'
import type { KubeClient } from '../../../src/kube/index.ts'
import type { LeaseTimes } from '../../settings/process.ts'
import { createCaKeeper } from './ca-keeper.ts'
import type { CertificateSource } from './certificate-source.ts'
import { createHeldWork } from './held-work.ts'
import type { CertificateHooks } from './hooks.ts'
import { createLoop } from './loop.ts'
import type { CaTimes } from './next-step.ts'
import { createOwnLeaf } from './own-leaf.ts'
import { watchConfiguration, watchSecret } from './store.ts'

export interface OwnCaOptions {
  readonly client: KubeClient
  /** One of its own: renewals of the lease wait for no other call. */
  readonly leaseClient: KubeClient
  /** Of the injector. */
  readonly namespace: string
  readonly podName: string
  /** Host names and addresses of the webhook. */
  readonly names: readonly string[]
  readonly times?: Partial<OwnCaTimes>
  readonly lease?: LeaseTimes
  readonly hooks?: CertificateHooks
}

export interface OwnCaTimes extends CaTimes {
  /** A replica whose leaf ends sooner is not ready. */
  readonly minLeftMs: number
}

const DAY_MS = 86_400_000
const TIMES: OwnCaTimes = { lifeMs: 365 * DAY_MS, leafMs: 7 * DAY_MS, pauseMs: 60_000, minLeftMs: 3_600_000 }

export function createOwnCa(options: OwnCaOptions): CertificateSource & { readonly isLeading: boolean } {
  const { client, leaseClient, namespace, podName, lease, hooks = {} } = options
  const times = { ...TIMES, ...options.times }
  const onFault = (resource: string, error: unknown): void => hooks.onFault?.(resource, error)
  const leaf = createOwnLeaf({ client, namespace, names: options.names, times, hooks })
  const loop = createLoop({ work: () => leaf.renew(), onFault: (error) => onFault('certificates', error) })
  const held = createHeldWork({
    client,
    leaseClient,
    namespace,
    identity: `${podName}_${randomBytes(4).toString('hex')}`,
    lease,
    work: (writing) =>
      createCaKeeper({ client: writing, namespace, times, onChange: (change) => hooks.onChange?.(change) }),
    onLeading: (isLeading) => hooks.onLeading?.(isLeading),
    onFault,
  })
  const watchOptions = {
    client,
    hooks: (resource: string) => ({ onFault: (error: unknown) => onFault(resource, error) }),
    onChange(): void {
      loop.wake()
      held.wake()
    },
  }
  const watches = [watchSecret(namespace, watchOptions), watchConfiguration(watchOptions)]
  return {
    start() {
      for (const watch of watches) watch.start()
      loop.start()
      held.start()
    },
    async stop() {
      await Promise.all([loop.stop(), held.stop(), ...watches.map((watch) => watch.stop())])
    },
    get current() {
      return leaf.current
    },
    onChange: leaf.onChange,
    notReady: leaf.notReady,
    get isLeading() {
      return held.isLeading
    },
  }
}

/** Work that one replica does for all: by a lease, with a client whose writes need it. */

import type { KubeClient } from '../../../src/kube/index.ts'
import { createLease, fenced } from '../../kube/index.ts'
import type { LeaseTimes } from '../../settings/process.ts'
import { createLoop } from './loop.ts'
import { LEASE } from './names.ts'

export interface HeldWork {
  start(): void
  stop(): Promise<void>
  wake(): void
  readonly isLeading: boolean
}

export interface HeldWorkOptions {
  readonly client: KubeClient
  /** One of its own: renewals wait for no other call. */
  readonly leaseClient: Pick<KubeClient, 'request'>
  readonly namespace: string
  /** Different in each process. */
  readonly identity: string
  readonly lease?: LeaseTimes | undefined
  /** @returns what is done while the lease is held, given a fenced client */
  work(client: KubeClient): { step(): Promise<number>; reset(): void }
  onLeading(isLeading: boolean): void
  onFault(resource: string, error: unknown): void
}

/** Nothing is to be done until the lease is held. */
const IDLE_MS = 60_000

/** A lease that is lost ends the work, not the process: the certificate is served on. */
export function createHeldWork(options: HeldWorkOptions): HeldWork {
  const { client, leaseClient, namespace, identity, lease: times, onLeading, onFault } = options
  const work = options.work(fenced(client, () => lease.isHeld()))
  const loop = createLoop({
    work: async () => (lease.isHeld() ? work.step() : IDLE_MS),
    onFault: (error) => onFault('certificates', error),
  })
  const lease = createLease({
    client: leaseClient,
    namespace,
    name: LEASE,
    identity,
    ...times,
    onStartedLeading() {
      work.reset()
      onLeading(true)
      loop.wake()
    },
    onStoppedLeading: () => onLeading(false),
    onFault: (error) => onFault('leases', error),
  })
  return {
    start() {
      loop.start()
      lease.start()
    },
    async stop() {
      await loop.stop()
      await lease.stop()
    },
    wake: () => loop.wake(),
    get isLeading() {
      return lease.isHeld()
    },
  }
}

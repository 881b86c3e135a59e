/** Certificates that others make: cert-manager, a Secret of the user's, the kubelet. Read from a folder, again and again. */

import { randomBytes } from 'node:crypto'
import type { KubeClient } from '../../../src/kube/index.ts'
import type { LeaseTimes } from '../../settings/process.ts'
import { createBundlePublisher } from './bundle-publisher.ts'
import type { Published } from './ca-bundle.ts'
import type { CertificateSource } from './certificate-source.ts'
import { readFolder, watchFolder } from './folder.ts'
import { createHeldWork } from './held-work.ts'
import type { CertificateHooks } from './hooks.ts'
import { createLoop } from './loop.ts'
import { readPair } from './pair.ts'
import { createServedPair } from './served-pair.ts'
import { watchConfiguration } from './store.ts'

export interface FilesOptions {
  readonly client: KubeClient
  /** One of its own: renewals of the lease wait for no other call. */
  readonly leaseClient: KubeClient
  /** Of the injector. */
  readonly namespace: string
  readonly podName: string
  /** Host names and addresses: the certificate must have one of them. */
  readonly names: readonly string[]
  readonly folder: string
  readonly times?: Partial<FilesTimes>
  readonly lease?: LeaseTimes
  readonly hooks?: CertificateHooks
}

export interface FilesTimes {
  /** A replica whose certificate ends sooner is not ready. */
  readonly minLeftMs: number
  /** Files are read so often where the kernel tells of no change. */
  readonly pollMs: number
  /** A new pair is served so long after webhooks began to believe it. */
  readonly pauseMs: number
  /** Old authorities stay in the bundle so long beside new ones. */
  readonly graceMs: number
}

const TIMES: FilesTimes = { minLeftMs: 3_600_000, pollMs: 10_000, pauseMs: 60_000, graceMs: 3_600_000 }

export function createFiles(options: FilesOptions): CertificateSource & { readonly isLeading: boolean } {
  const { client, leaseClient, namespace, podName, names, folder, lease, hooks = {} } = options
  const times = { ...TIMES, ...options.times }
  const onFault = (resource: string, error: unknown): void => hooks.onFault?.(resource, error)
  const webhooks = (): readonly Published[] => [...watch.items.values()].flatMap((one) => one.webhooks)
  const served = createServedPair({ times, hooks, webhooks })
  const loop = createLoop({
    async work() {
      const { pair } = await readFolder(folder)
      served.offer(pair === undefined ? `${folder} has no tls.crt` : readPair(pair, names, Date.now()))
      return times.pollMs
    },
    onFault: (error) => onFault('certificates', error),
  })
  const held = createHeldWork({
    client,
    leaseClient,
    namespace,
    identity: `${podName}_${randomBytes(4).toString('hex')}`,
    lease,
    work: (writing) =>
      createBundlePublisher({
        client: writing,
        graceMs: times.graceMs,
        authorities: async () => (await readFolder(folder)).authorities,
        onPublished: () => hooks.onChange?.('published'),
      }),
    onLeading: (isLeading) => hooks.onLeading?.(isLeading),
    onFault,
  })
  const wake = (): void => {
    loop.wake()
    held.wake()
  }
  const watch = watchConfiguration({
    client,
    onChange: wake,
    hooks: (resource) => ({ onFault: (error) => onFault(resource, error) }),
  })
  let files: { close(): void } | undefined
  return {
    start() {
      files ??= watchFolder(folder, wake)
      watch.start()
      loop.start()
      held.start()
    },
    async stop() {
      files?.close()
      await Promise.all([loop.stop(), held.stop(), watch.stop()])
    },
    get current() {
      return served.current
    },
    onChange: served.onChange,
    notReady: served.notReady,
    get isLeading() {
      return held.isLeading
    },
  }
}

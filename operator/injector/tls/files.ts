/** Certificates that others make: cert-manager, a Secret of the user's, the kubelet. Read from a folder, again and again. */

import { randomBytes } from 'node:crypto'
import type { KubeClient } from '../../../src/kube/index.ts'
import type { LeaseTimes } from '../../settings/process.ts'
import { createBundlePublisher } from './bundle-publisher.ts'
import type { Published } from './ca-bundle.ts'
import type { CertificateSource, ServingCertificate } from './certificate-source.ts'
import { readFolder, watchFolder } from './folder.ts'
import { createHeldWork } from './held-work.ts'
import type { CertificateHooks } from './hooks.ts'
import { createLoop } from './loop.ts'
import { isBelieved, maySwap, type Pair, readPair } from './pair.ts'
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
  /** Old authorities stay in the bundle so long beside new ones. */
  readonly graceMs: number
}

const TIMES: FilesTimes = { minLeftMs: 3_600_000, pollMs: 10_000, graceMs: 3_600_000 }

export function createFiles(options: FilesOptions): CertificateSource & { readonly isLeading: boolean } {
  const { client, leaseClient, namespace, podName, names, folder, lease, hooks = {} } = options
  const times = { ...TIMES, ...options.times }
  const onFault = (resource: string, error: unknown): void => hooks.onFault?.(resource, error)
  const webhooks = (): readonly Published[] => [...watch.items.values()].flatMap((one) => one.webhooks)
  const served = createServed({ names, times, hooks, webhooks })
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
      return served.current()
    },
    onChange: served.onChange,
    notReady: served.notReady,
    get isLeading() {
      return held.isLeading
    },
  }
}

interface ServedOptions {
  readonly names: readonly string[]
  readonly times: FilesTimes
  readonly hooks: CertificateHooks
  webhooks(): readonly Published[]
}

/** The last good pair, and what is wrong with the one that stands in the folder now. */
function createServed({ times, hooks, webhooks }: ServedOptions) {
  const listeners: ((certificate: ServingCertificate) => void)[] = []
  let pair: Pair | undefined
  let wasBelieved = false
  let lacks = 'the folder was not read yet'

  const refuse = (reason: string): void => {
    if (reason !== lacks) hooks.onFault?.('certificates', new Error(reason))
    lacks = reason
  }
  const serve = (next: Pair): void => {
    pair = next
    wasBelieved = false
    lacks = 'the folder holds the same'
    hooks.onServed?.(next.notAfter.getTime())
    for (const listener of listeners) listener(next)
  }
  return {
    offer(next: Pair | string): void {
      const now = { nowMs: Date.now(), minLeftMs: times.minLeftMs }
      if (typeof next === 'string') refuse(next)
      else if (next.cert === pair?.cert && next.key === pair.key) lacks = 'the folder holds the same'
      else if (maySwap(next, pair, webhooks(), now)) serve(next)
      else refuse('tls.crt is of an authority that webhooks do not believe yet: the one before it is served')
    },
    current: (): ServingCertificate | undefined => pair,
    onChange: (listener: (certificate: ServingCertificate) => void): void => void listeners.push(listener),
    notReady(): readonly string[] {
      if (pair === undefined) return [`certificate: there is none yet: ${lacks}`]
      if (pair.notAfter.getTime() - Date.now() < times.minLeftMs) {
        return [`certificate: it ends at ${pair.notAfter.toISOString()}, and there is no new one: ${lacks}`]
      }
      // Once believed, it is for good: that all replicas leave the Service mends no bundle.
      wasBelieved ||= isBelieved(pair, webhooks())
      return wasBelieved ? [] : ['certificate: webhooks do not believe its authority yet']
    },
  }
}

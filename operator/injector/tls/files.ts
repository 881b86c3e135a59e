/** Certificates that others make: cert-manager, a Secret of the user's, the kubelet. Read from a folder, again and again. */

import type { KubeClient } from '../../../src/kube/index.ts'
import { createBundlePublisher } from './bundle-publisher.ts'
import type { Published } from './ca-bundle.ts'
import type { CertificateSource } from './certificate-source.ts'
import { readFolder, watchFolder } from './folder.ts'
import type { CertificateHooks } from './hooks.ts'
import { createLoop } from './loop.ts'
import { readPair } from './pair.ts'
import { createServedPair } from './served-pair.ts'
import { watchConfiguration } from './store.ts'

export interface FilesOptions {
  readonly client: KubeClient
  /** Host names and addresses: the certificate must have one of them. */
  readonly names: readonly string[]
  readonly folder: string
  readonly times?: Partial<FilesTimes>
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

const TIMES: FilesTimes = { minLeftMs: 3_600_000, pollMs: 10_000, pauseMs: 60_000, graceMs: 86_400_000 }

export function createFiles(options: FilesOptions): CertificateSource {
  const { client, names, folder, hooks = {} } = options
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
  const publisher = createLoop({
    work: createBundlePublisher({
      client,
      graceMs: times.graceMs,
      authorities: async () => (await readFolder(folder)).authorities,
      onPublished: () => hooks.onChange?.('published'),
    }),
    onFault: (error) => onFault('certificates', error),
  })
  const wake = (): void => {
    loop.wake()
    publisher.wake()
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
      publisher.start()
    },
    async stop() {
      files?.close()
      await Promise.all([loop.stop(), publisher.stop(), watch.stop()])
    },
    get current() {
      return served.current
    },
    onChange: served.onChange,
    notReady: served.notReady,
  }
}

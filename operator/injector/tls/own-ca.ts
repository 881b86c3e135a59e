/**
 * Certificates without anybody's help: one authority in a Secret, which the holder of the lease keeps; each replica signs
 * its own leaf, which never leaves its memory.
 */

import { randomBytes } from 'node:crypto'
import type { KubeClient } from '../../../src/kube/index.ts'
import type { LeaseTimes } from '../../settings/process.ts'
import { isPublished } from './ca-bundle.ts'
import { createCaKeeper } from './ca-keeper.ts'
import type { CertificateSource, ServingCertificate } from './certificate-source.ts'
import { createHeldWork } from './held-work.ts'
import type { CertificateHooks } from './hooks.ts'
import { createLoop } from './loop.ts'
import { CA_SECRET, WEBHOOK_CONFIGURATION } from './names.ts'
import { type CaTimes, signerOf } from './next-step.ts'
import { certificatesOf } from './pem.ts'
import { readConfiguration, readSecret, watchConfiguration, watchSecret } from './store.ts'

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

/** The names by which the API server may call a Service. */
export function serviceNames(namespace: string, service = 'm2m-injector'): string[] {
  const name = `${service}.${namespace}`
  return [`${name}.svc`, `${name}.svc.cluster.local`, name]
}

export function createOwnCa(options: OwnCaOptions): CertificateSource & { readonly isLeading: boolean } {
  const { client, leaseClient, namespace, podName, lease, hooks = {} } = options
  const times = { ...TIMES, ...options.times }
  const onFault = (resource: string, error: unknown): void => hooks.onFault?.(resource, error)
  const leaf = createLeaf({ ...options, times, hooks })
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
    hooks: (resource: string) => ({
      onFault: (error: unknown) => onFault(resource, error),
      ...hooks.watch?.(resource),
    }),
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
      return leaf.current()
    },
    onChange: leaf.onChange,
    notReady: leaf.notReady,
    get isLeading() {
      return held.isLeading
    },
  }
}

interface LeafOptions extends Omit<OwnCaOptions, 'times'> {
  readonly times: OwnCaTimes
  readonly hooks: CertificateHooks
}

function createLeaf({ client, namespace, names, times, hooks }: LeafOptions) {
  const listeners: ((certificate: ServingCertificate) => void)[] = []
  let served: (ServingCertificate & { readonly signer: string; readonly renewsAtMs: number }) | undefined
  let lacks = 'nothing was read yet'

  const renew = async (): Promise<number> => {
    // Before the Secret is read: who takes the authority out of use later counts the life of a leaf from then on.
    const readAtMs = Date.now()
    lacks = 'the API server has not answered'
    const configuration = await readConfiguration(client)
    const stored = await readSecret(client, namespace)
    const signer = signerOf(stored?.secret, configuration?.webhooks ?? [], readAtMs)
    if (signer === undefined) {
      lacks = lackOf(configuration !== undefined, stored?.secret.current !== undefined, namespace)
      // Its time may have come long ago: the watches tell when there is something new.
      return Math.max(times.pauseMs, (served?.renewsAtMs ?? 0) - Date.now())
    }
    hooks.onAuthority?.(signer.notAfterMs)
    if (served?.signer === signer.fingerprint && Date.now() < served.renewsAtMs) return served.renewsAtMs - Date.now()
    // Long ago, if this process was frozen meanwhile: by now it may have left the bundle.
    const again = await readConfiguration(client)
    if (!isPublished(again?.webhooks ?? [], signer)) return 0
    // Loaded where it is needed: the library is a seventh of the program.
    const { mintLeaf } = await import('./mint.ts')
    const latestMs = Math.min(readAtMs + times.leafMs, signer.notAfterMs)
    const minted = await mintLeaf({ cert: signer.pem, key: signer.key }, names, { lifeMs: times.leafMs, latestMs })
    const notAfter = new Date(certificatesOf(minted.cert)[0]?.validTo ?? readAtMs)
    const renewsAtMs = readAtMs + ((notAfter.getTime() - readAtMs) * 2) / 3
    served = { ...minted, notAfter, signer: signer.fingerprint, renewsAtMs }
    hooks.onServed?.(notAfter.getTime())
    for (const listener of listeners) listener(served)
    return renewsAtMs - Date.now()
  }
  return {
    renew,
    current: (): ServingCertificate | undefined => served,
    onChange: (listener: (certificate: ServingCertificate) => void): void => void listeners.push(listener),
    notReady(): readonly string[] {
      if (served === undefined) return [`certificate: there is none yet: ${lacks}`]
      if (served.notAfter.getTime() - Date.now() >= times.minLeftMs) return []
      return [`certificate: it ends at ${served.notAfter.toISOString()}, and there is no new one: ${lacks}`]
    },
  }
}

function lackOf(hasConfiguration: boolean, hasAuthority: boolean, namespace: string): string {
  if (!hasAuthority) return `the Secret ${namespace}/${CA_SECRET} has no authority yet`
  const configuration = `the MutatingWebhookConfiguration ${WEBHOOK_CONFIGURATION}`
  return hasConfiguration ? `${configuration} does not believe the authority yet` : `${configuration} is not there`
}

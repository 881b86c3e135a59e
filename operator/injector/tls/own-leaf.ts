/** The leaf of one replica: signed where the authority is believed, renewed in time, never stored. */

import type { KubeClient } from '../../../src/kube/index.ts'
import { isPublished } from './ca-bundle.ts'
import type { SigningAuthority } from './ca-secret.ts'
import type { ServingCertificate } from './certificate-source.ts'
import type { CertificateHooks } from './hooks.ts'
import { CA_SECRET, WEBHOOK_CONFIGURATION } from './names.ts'
import { signerOf } from './next-step.ts'
import { certificatesOf } from './pem.ts'
import { readConfiguration, readSecret } from './store.ts'

export interface OwnLeafOptions {
  readonly client: Pick<KubeClient, 'get'>
  readonly namespace: string
  /** Host names and addresses. */
  readonly names: readonly string[]
  readonly times: {
    /** It is renewed after two thirds. */
    readonly leafMs: number
    /** How often it is looked again while there is nobody to sign. */
    readonly pauseMs: number
    /** A replica whose leaf ends sooner is not ready. */
    readonly minLeftMs: number
  }
  readonly hooks: CertificateHooks
}

export interface OwnLeaf {
  readonly current: ServingCertificate | undefined
  onChange(listener: (certificate: ServingCertificate) => void): void
  notReady(): readonly string[]
  /** Signs a new one where it is time. @returns milliseconds until it is to be asked again @throws KubeError */
  renew(): Promise<number>
}

interface Leaf extends ServingCertificate {
  /** The fingerprint of the authority. */
  readonly signer: string
  readonly signedAtMs: number
  readonly renewsAtMs: number
}

/** A clock that was ahead and is set right: a leaf of that time is not valid yet, for hours or days. */
const SET_BACK_MS = 60_000

export function createOwnLeaf({ client, namespace, names, times, hooks }: OwnLeafOptions): OwnLeaf {
  const listeners: ((certificate: ServingCertificate) => void)[] = []
  let leaf: Leaf | undefined
  let lacks = 'nothing was read yet'

  const serve = (next: Leaf): void => {
    leaf = next
    hooks.onServed?.(next.notAfter.getTime())
    for (const listener of listeners) listener(next)
  }
  return {
    get current() {
      return leaf
    },
    onChange: (listener) => void listeners.push(listener),
    notReady() {
      if (leaf === undefined) return [`certificate: there is none yet: ${lacks}`]
      if (leaf.notAfter.getTime() - Date.now() >= times.minLeftMs) return []
      return [`certificate: it ends at ${leaf.notAfter.toISOString()}, and there is no new one: ${lacks}`]
    },
    async renew() {
      // Before the Secret is read: who takes the authority out of use later counts the life of a leaf from then on.
      const readAtMs = Date.now()
      lacks = 'the API server has not answered'
      const configuration = await readConfiguration(client)
      const stored = await readSecret(client, namespace)
      const signer = signerOf(stored?.secret, configuration?.webhooks ?? [], readAtMs)
      if (signer === undefined) {
        lacks = lackOf(configuration !== undefined, stored?.secret.current !== undefined, namespace)
        // Its time may have come long ago: the watches tell when there is something new.
        return Math.max(times.pauseMs, (leaf?.renewsAtMs ?? 0) - Date.now())
      }
      hooks.onAuthority?.(signer.notAfterMs)
      if (leaf !== undefined && isFresh(leaf, signer)) return leaf.renewsAtMs - Date.now()
      // Long ago, if this process was frozen meanwhile: by now it may have left the bundle.
      const again = await readConfiguration(client)
      if (!isPublished(again?.webhooks ?? [], signer)) return 0
      const next = await signed(signer, names, { readAtMs, leafMs: times.leafMs })
      serve(next)
      return next.renewsAtMs - Date.now()
    },
  }
}

function isFresh({ signer, signedAtMs, renewsAtMs }: Leaf, { fingerprint }: SigningAuthority): boolean {
  const nowMs = Date.now()
  return signer === fingerprint && nowMs < renewsAtMs && nowMs > signedAtMs - SET_BACK_MS
}

/** Its life ends with that of its authority. */
async function signed(
  { pem, key, fingerprint, notAfterMs }: SigningAuthority,
  names: readonly string[],
  { readAtMs, leafMs }: { readonly readAtMs: number; readonly leafMs: number },
): Promise<Leaf> {
  // Loaded where it is needed: an eighth of the program, 20 MB and 150 ms of a CPU.
  const { mintLeaf } = await import('./mint.ts')
  const latestMs = Math.min(readAtMs + leafMs, notAfterMs)
  const minted = await mintLeaf({ cert: pem, key }, names, { lifeMs: leafMs, latestMs })
  // As it is written there, to the second.
  const notAfter = new Date(certificatesOf(minted.cert)[0]?.validTo ?? readAtMs)
  return {
    ...minted,
    notAfter,
    signer: fingerprint,
    signedAtMs: readAtMs,
    renewsAtMs: readAtMs + ((notAfter.getTime() - readAtMs) * 2) / 3,
  }
}

function lackOf(hasConfiguration: boolean, hasAuthority: boolean, namespace: string): string {
  if (!hasAuthority) return `the Secret ${namespace}/${CA_SECRET} has no authority yet`
  const configuration = `the MutatingWebhookConfiguration ${WEBHOOK_CONFIGURATION}`
  return hasConfiguration ? `${configuration} does not believe the authority yet` : `${configuration} is not there`
}

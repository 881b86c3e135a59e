/** A certificate and its key as somebody else made them: whether a webhook can be served with them, or why not. */

import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { Published } from './ca-bundle.ts'
import type { ServingCertificate } from './certificate-source.ts'
import { certificatesOf, isVouchedFor, privateKeyOf } from './pem.ts'

export interface PairText {
  /** PEM: the leaf, then what it was issued by. */
  readonly cert: string
  /** PEM; it may be the same text. */
  readonly key: string
}

export interface Pair extends ServingCertificate {
  readonly chain: readonly X509Certificate[]
}

/** @param names the API server calls the webhook by one of them @returns in words why it cannot be used */
export function readPair({ cert, key }: PairText, names: readonly string[], nowMs: number): Pair | string {
  const chain = certificatesOf(cert)
  const [leaf] = chain
  const privateKey = privateKeyOf(key)
  if (leaf === undefined) return 'tls.crt holds no certificate'
  if (privateKey === undefined) return 'tls.key holds no private key that can be read'
  if (!leaf.checkPrivateKey(privateKey)) return 'tls.key is not the key of tls.crt'
  const notAfter = new Date(leaf.validTo)
  if (notAfter.getTime() <= nowMs) return `tls.crt has ended at ${notAfter.toISOString()}`
  const notBefore = new Date(leaf.validFrom)
  if (notBefore.getTime() > nowMs) return `tls.crt holds from ${notBefore.toISOString()} on`
  if (!names.some((name) => isFor(leaf, name)))
    return `tls.crt is for ${leaf.subjectAltName ?? 'no name at all'}, not for ${names[0]}`
  const pem = chain.map(String).join('')
  return { cert: pem, key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), notAfter, chain }
}

/** Not by its subject: Go reads alternative names alone. */
function isFor(leaf: X509Certificate, name: string): boolean {
  const found = isIP(name) === 0 ? leaf.checkHost(name, { subject: 'never' }) : leaf.checkIP(name)
  return found !== undefined
}

/** True where each webhook believes it; false where there is none. */
export function isBelieved({ chain }: Pick<Pair, 'chain'>, webhooks: readonly Published[]): boolean {
  return webhooks.length > 0 && webhooks.every(({ text }) => isVouchedFor(chain, certificatesOf(text)))
}

export interface SwapTimes {
  readonly nowMs: number
  /** An old pair with less is not waited for. */
  readonly minLeftMs: number
  /** Since when each webhook believes the new pair, as far as was seen; undefined: not yet. */
  readonly believedSinceMs: number | undefined
  /** For API servers to learn of a new bundle. */
  readonly pauseMs: number
}

/**
 * Whether a new pair is served now. While webhooks believe the old one it waits: a replica reads its files at another time
 * than others, than who publishes the authority, and than an API server hears of it.
 */
export function maySwap(
  old: Pair | undefined,
  webhooks: readonly Published[],
  { nowMs, minLeftMs, believedSinceMs, pauseMs }: SwapTimes,
): boolean {
  if (old === undefined || old.notAfter.getTime() - nowMs < minLeftMs) return true
  if (believedSinceMs !== undefined && nowMs - believedSinceMs >= pauseMs) return true
  return !isBelieved(old, webhooks)
}

/** A certificate and its key as somebody else made them: whether a webhook can be served with them, or why not. */

import type { X509Certificate } from 'node:crypto'
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
  const isNamed = names.some((name) => leaf.checkHost(name, { subject: 'never' }) ?? leaf.checkIP(name))
  if (!isNamed) return `tls.crt is for ${leaf.subjectAltName ?? 'no name at all'}, not for ${names[0]}`
  const pem = chain.map(String).join('')
  return { cert: pem, key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), notAfter, chain }
}

/** True where each webhook believes it; false where there is none. */
export function isBelieved({ chain }: Pick<Pair, 'chain'>, webhooks: readonly Published[]): boolean {
  return webhooks.length > 0 && webhooks.every(({ text }) => isVouchedFor(chain, certificatesOf(text)))
}

/**
 * Whether a new pair is served now. While webhooks believe the old one and not yet the new one, it waits: a replica
 * reads its files at another time than others, and than who publishes the authority.
 */
export function maySwap(
  next: Pick<Pair, 'chain'>,
  old: Pair | undefined,
  webhooks: readonly Published[],
  { nowMs, minLeftMs }: { readonly nowMs: number; readonly minLeftMs: number },
): boolean {
  if (old === undefined || old.notAfter.getTime() - nowMs < minLeftMs) return true
  return isBelieved(next, webhooks) || !isBelieved(old, webhooks)
}

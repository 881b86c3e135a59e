/** Certificates as text: cut out of PEM, read, and asked whom they vouch for. Nothing here throws. */

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'

/** What decisions need of a certificate. */
export interface Certified {
  /** One block, with its last line break. */
  readonly pem: string
  /** SHA-256, in hexadecimal digits. */
  readonly fingerprint: string
  readonly notBeforeMs: number
  readonly notAfterMs: number
}

/** A mebibyte of text is no bundle of a few authorities: nothing of it is read. */
const MAX_TEXT = 1024 * 1024

/** More are not read: a chain has three, a hand-over two. */
const MAX_CERTIFICATES = 32

const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]{1,65536}?-----END CERTIFICATE-----/g

/** @returns the certificates of a text in their order; blocks that are none are left out */
export function certificatesOf(text: string): X509Certificate[] {
  if (text.length > MAX_TEXT) return []
  const blocks = text.match(BLOCK) ?? []
  return blocks.slice(0, MAX_CERTIFICATES).flatMap((block) => parsed(block) ?? [])
}

export function certified(certificate: X509Certificate): Certified {
  return {
    pem: certificate.toString(),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    notBeforeMs: Date.parse(certificate.validFrom),
    notAfterMs: Date.parse(certificate.validTo),
  }
}

/** The authorities of a bundle, each once. Certificates that vouch for nobody are left out. */
export function authoritiesOf(text: string): Certified[] {
  const all = certificatesOf(text)
    .filter(({ ca }) => ca)
    .map(certified)
  return [...new Map(all.map((one) => [one.fingerprint, one])).values()]
}

/** Undefined: the text holds no private key that can be read. */
export function privateKeyOf(text: string): KeyObject | undefined {
  if (text.length > MAX_TEXT) return undefined
  try {
    return createPrivateKey(text)
  } catch {
    return undefined
  }
}

/** A chain longer than this is refused: Go's clients follow some more, nobody has one. */
const MAX_CHAIN = 8

/** Whether a server that shows the chain, its own certificate first, is believed by who believes the authorities. */
export function isVouchedFor(chain: readonly X509Certificate[], authorities: readonly X509Certificate[]): boolean {
  let [link] = chain
  for (let depth = 0; link !== undefined && depth < MAX_CHAIN; depth++) {
    const subject: X509Certificate = link
    if (authorities.some((one) => one.fingerprint256 === subject.fingerprint256 || hasIssued(one, subject))) return true
    link = chain.find((one) => one !== subject && hasIssued(one, subject))
  }
  return false
}

function hasIssued(issuer: X509Certificate, subject: X509Certificate): boolean {
  try {
    return issuer.ca && subject.checkIssued(issuer) && subject.verify(issuer.publicKey)
  } catch {
    return false
  }
}

function parsed(block: string): X509Certificate | undefined {
  try {
    return new X509Certificate(block)
  } catch {
    return undefined
  }
}

/** Makes authorities and the certificates that they sign: EC P-256, as Go's TLS client wants them (RFC 5280). */

import 'reflect-metadata'
import { createPrivateKey, randomBytes, webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

export interface Minted {
  /** PEM. */
  readonly cert: string
  /** PEM, PKCS #8. */
  readonly key: string
}

export interface Life {
  /** From now. */
  readonly lifeMs: number
  /** It ends no later. Milliseconds of Unix time. */
  readonly latestMs?: number
}

type CryptoKeyPair = Awaited<ReturnType<typeof newKeys>>

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** Clocks of nodes differ: a certificate holds since some time before it was made. */
const BACKDATED_MS = 5 * 60_000

/** It signs servers alone: no authority below it. */
export async function mintAuthority(life: Life): Promise<Minted> {
  const keys = await newKeys()
  const serialNumber = newSerialNumber()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber,
    // A name of its own: where two have one name, clients must try both keys.
    name: `CN=m2m-injector-ca-${serialNumber.slice(0, 8)}`,
    keys,
    signingAlgorithm: ALGORITHM,
    ...validity(life),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return mintedOf(certificate, keys)
}

/** @param names host names and addresses @throws where the authority's key is no EC P-256 */
export async function mintLeaf(authority: Minted, names: readonly string[], life: Life): Promise<Minted> {
  const issuer = new x509.X509Certificate(authority.cert)
  const signingKey = createPrivateKey(authority.key).toCryptoKey(ALGORITHM, false, ['sign'])
  const keys = await newKeys()
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerialNumber(),
    subject: 'CN=m2m-injector',
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: ALGORITHM,
    ...validity(life),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isAddress(value) ? 'ip' : 'dns', value })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  return mintedOf(certificate, keys)
}

function validity({ lifeMs, latestMs = Number.POSITIVE_INFINITY }: Life): { notBefore: Date; notAfter: Date } {
  const nowMs = Date.now()
  return { notBefore: new Date(nowMs - BACKDATED_MS), notAfter: new Date(Math.min(nowMs + lifeMs, latestMs)) }
}

/** Positive, and of sixteen bytes. */
function newSerialNumber(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return bytes.toString('hex')
}

function isAddress(name: string): boolean {
  return /^[0-9.]+$|:/.test(name)
}

async function newKeys() {
  return (await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as {
    readonly publicKey: webcrypto.CryptoKey
    readonly privateKey: webcrypto.CryptoKey
  }
}

async function mintedOf(certificate: x509.X509Certificate, { privateKey }: CryptoKeyPair): Promise<Minted> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey))
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'pkcs8' })
  return { cert: `${certificate.toString('pem')}\n`, key: key.toString() }
}

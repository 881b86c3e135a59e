/** Certificates that a test makes for itself: authorities, servers, clients; good ones and wrong ones. */

import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

export interface Certificate {
  /** PEM. */
  readonly cert: string
  /** PEM, PKCS #8. */
  readonly key: string
}

export interface Authority extends Certificate {
  issue(options?: LeafOptions): Promise<Certificate>
}

export interface LeafOptions {
  /** Distinguished name: `CN=ada, O=team`. */
  readonly subject?: string
  /** Host names and addresses. */
  readonly names?: readonly string[]
  /** Days from now; in the past for an expired one. */
  readonly validFrom?: number
  readonly validTo?: number
}

type Key = Awaited<ReturnType<typeof webcrypto.subtle.importKey>>
interface Keys {
  readonly publicKey: Key
  readonly privateKey: Key
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY_MS = 86_400_000

x509.cryptoProvider.set(webcrypto as never)

export async function createAuthority(name = 'CN=Test authority'): Promise<Authority> {
  const keys = await createKeys()
  const own = await x509.X509CertificateGenerator.createSelfSigned({
    name,
    keys,
    signingAlgorithm: ALGORITHM,
    ...validity({}),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return authorityOf({ cert: own.toString('pem'), key: await pemOf(keys.privateKey) })
}

/** An authority that another process has made. */
export async function authorityOf({ cert, key }: Certificate): Promise<Authority> {
  const issuer = new x509.X509Certificate(cert).subject
  const signingKey = (await webcrypto.subtle.importKey('pkcs8', derOf(key), ALGORITHM, true, ['sign'])) as Key
  return {
    cert,
    key,
    issue: async (options = {}) => {
      const leaf = await createKeys()
      const issued = await x509.X509CertificateGenerator.create({
        subject: options.subject ?? 'CN=Test',
        issuer,
        publicKey: leaf.publicKey,
        signingKey,
        signingAlgorithm: ALGORITHM,
        ...validity(options),
        extensions: extensionsOf(options),
      })
      return { cert: issued.toString('pem'), key: await pemOf(leaf.privateKey) }
    },
  }
}

export async function createSelfSigned(options: LeafOptions = {}): Promise<Certificate> {
  const keys = await createKeys()
  const own = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Test',
    keys,
    signingAlgorithm: ALGORITHM,
    ...validity(options),
    extensions: extensionsOf(options),
  })
  return { cert: own.toString('pem'), key: await pemOf(keys.privateKey) }
}

function extensionsOf({ names = ['localhost', '127.0.0.1'] }: LeafOptions): x509.Extension[] {
  const isAddress = (name: string): boolean => /^[0-9.]+$|:/.test(name)
  return [
    new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: isAddress(value) ? 'ip' : 'dns', value }))),
  ]
}

function validity({ validFrom = -1, validTo = 30 }: LeafOptions): { notBefore: Date; notAfter: Date } {
  const day = (days: number): Date => new Date(Date.now() + days * DAY_MS)
  return { notBefore: day(validFrom), notAfter: day(validTo) }
}

async function createKeys(): Promise<Keys> {
  return (await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as Keys
}

async function pemOf(key: Key): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key as never))
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n')
}

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64')
}

/** The Secret with the authority: what its keys mean, read with suspicion, written anew. */

import { X509Certificate } from 'node:crypto'
import { authoritiesOf, type Certified, privateKeyOf } from './pem.ts'

export interface SigningAuthority extends Certified {
  /** PEM, PKCS #8. */
  readonly key: string
}

/** One whose leaves may be alive: its key is gone. */
export interface RetiredAuthority extends Certified {
  /** It leaves the bundle then. Milliseconds of Unix time. */
  readonly untilMs: number
}

export interface CaSecret {
  /** Replicas sign with it. */
  readonly current?: SigningAuthority | undefined
  /** It is published, and becomes the current one after a pause. */
  readonly next?: SigningAuthority | undefined
  readonly previous: readonly RetiredAuthority[]
}

export type SecretData = Readonly<Record<string, string>>

/**
 * `ca.crt` and `ca.key` are the current authority, `next.crt` and `next.key` the next one; in `previous.crt`, a line
 * `# until 2027-01-31T12:00:00.000Z` stands before each certificate. What cannot be used counts as absent.
 *
 * @param data in base64, as the API server sends it
 */
export function readCaSecret(data: unknown): CaSecret {
  return {
    current: signing(textOf(data, 'ca.crt'), textOf(data, 'ca.key')),
    next: signing(textOf(data, 'next.crt'), textOf(data, 'next.key')),
    previous: retired(textOf(data, 'previous.crt')),
  }
}

/** @returns text by key, for `stringData` */
export function caSecretText({ current, next, previous }: CaSecret): SecretData {
  return {
    ...(current !== undefined && { 'ca.crt': current.pem, 'ca.key': current.key }),
    ...(next !== undefined && { 'next.crt': next.pem, 'next.key': next.key }),
    ...(previous.length > 0 && {
      'previous.crt': previous.map(({ pem, untilMs }) => `# until ${new Date(untilMs).toISOString()}\n${pem}`).join(''),
    }),
  }
}

function textOf(data: unknown, key: string): string {
  const value = (data as SecretData | null | undefined)?.[key]
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : ''
}

/** Undefined: no authority, or the key is of another one, or of a kind that nothing here signs with. */
export function signing(cert: string, keyText: string): SigningAuthority | undefined {
  const [authority] = authoritiesOf(cert)
  const key = privateKeyOf(keyText)
  if (authority === undefined || key === undefined) return undefined
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return undefined
  if (!new X509Certificate(authority.pem).checkPrivateKey(key)) return undefined
  return { ...authority, key: key.export({ format: 'pem', type: 'pkcs8' }).toString() }
}

function retired(text: string): RetiredAuthority[] {
  return text.split(/^(?=# until )/m).flatMap((part) => {
    const untilMs = Date.parse(/^# until (\S{1,40})$/m.exec(part)?.[1] ?? '')
    return authoritiesOf(part).map((one) => ({ ...one, untilMs: Number.isNaN(untilMs) ? one.notAfterMs : untilMs }))
  })
}

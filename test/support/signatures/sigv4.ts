/**
 * AWS Signature Version 4 with fixed keys: signed by the signer of AWS's SDKs, checked by the steps of its public page
 * (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 */

import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Seen } from '../upstream.ts'
import { headerOf, type SigningScheme, type Unsigned } from './scheme.ts'

const KEY_ID = 'AKIDEXAMPLE'
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const CREDENTIAL = /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/

type Data = string | ArrayBuffer | ArrayBufferView

/** What the signer asks of a hash, on Node's own. */
class Sha256 {
  readonly #hash: Hash | Hmac

  constructor(secret?: Data) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret))
  }

  update(data: Data): void {
    this.#hash.update(bytesOf(data))
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest())
  }

  reset(): void {
    throw new Error('the signer takes a new hash for each text')
  }
}

function bytesOf(data: Data): Buffer | string {
  if (typeof data === 'string') return data
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data)
}

const signer = new SignatureV4({
  service: 'bedrock',
  region: 'us-east-1',
  credentials: { accessKeyId: KEY_ID, secretAccessKey: SECRET },
  sha256: Sha256,
})

function requestOf({ method, url, headers, body }: Unsigned): Parameters<typeof signer.sign>[0] {
  return {
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { ...headers, host: url.host },
    body,
  }
}

/** The signature in the header `Authorization`, with the digest of the body. */
export const sigV4: SigningScheme = {
  name: 'SigV4',
  sign: async (unsigned) => (await signer.sign(requestOf(unsigned))).headers,
  verify: (seen) => Promise.resolve(isVerified(seen)),
}

/** The signature in the query. @returns path and query, and the headers */
export async function presigned(unsigned: Unsigned): Promise<{ path: string; headers: Record<string, string> }> {
  const { path, query = {}, headers } = await signer.presign(requestOf(unsigned))
  return { path: `${path}?${new URLSearchParams(query as Record<string, string>)}`, headers }
}

function isVerified(seen: Seen): boolean {
  const [, scope = '', signed = '', signature] = CREDENTIAL.exec(headerOf(seen, 'authorization')) ?? []
  const [path = '', query = ''] = seen.url.split('?')
  const bodyHash = createHash('sha256').update(seen.body).digest('hex')
  const lines = signed.split(';').map((name) => `${name}:${headerOf(seen, name).trim().replace(/ +/g, ' ')}\n`)
  const parameters = query === '' ? '' : query.split('&').toSorted().join('&')
  const canonical = [seen.method, canonicalPath(path), parameters, lines.join(''), signed, bodyHash].join('\n')
  const canonicalHash = createHash('sha256').update(canonical).digest('hex')
  const toSign = ['AWS4-HMAC-SHA256', headerOf(seen, 'x-amz-date'), scope, canonicalHash].join('\n')
  let key: string | Buffer = `AWS4${SECRET}`
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest()
  return signature !== undefined && createHmac('sha256', key).update(toSign).digest('hex') === signature
}

/** Each segment is encoded once more, as every service but S3 wants it; empty segments do not count. */
function canonicalPath(path: string): string {
  const segments = path.split('/').filter((segment) => segment !== '')
  const end = path.length > 1 && path.endsWith('/') ? '/' : ''
  return `/${segments.map(encodeURIComponent).join('/')}${end}`
}

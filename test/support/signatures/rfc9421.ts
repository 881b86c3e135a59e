/** HTTP Message Signatures (RFC 9421) over method, authority, path and the body's `content-digest` (RFC 9530). */

import { createHash } from 'node:crypto'
import { createSigner, createVerifier, httpbis } from 'http-message-signatures'
import type { Seen } from '../upstream.ts'
import { headerOf, type SigningScheme } from './scheme.ts'

const ID = 'test-key'
const SECRET = Buffer.from('a secret that both sides know')
const FIELDS = ['@method', '@authority', '@path', '@query', 'content-type', 'content-digest']

const digestOf = (body: Buffer): string => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`

export const rfc9421: SigningScheme = {
  name: 'RFC 9421',
  async sign({ method, url, headers, body }) {
    const key = createSigner(SECRET, 'hmac-sha256', ID)
    const digested = { ...headers, host: url.host, 'content-digest': digestOf(body) }
    const signed = await httpbis.signMessage({ key, fields: FIELDS }, { method, url, headers: digested })
    return signed.headers as Record<string, string>
  },
  async verify(seen: Seen) {
    const keyLookup = async () => ({ id: ID, algs: ['hmac-sha256'], verify: createVerifier(SECRET, 'hmac-sha256') })
    const headers = seen.headers as Record<string, string | string[]>
    const url = `http://${headerOf(seen, 'host')}${seen.url}`
    const isSigned = await httpbis.verifyMessage({ keyLookup }, { method: seen.method, url, headers })
    return isSigned === true && headerOf(seen, 'content-digest') === digestOf(seen.body)
  },
}

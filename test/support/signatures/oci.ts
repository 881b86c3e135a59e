/**
 * Oracle Cloud's request signature: made by its SDK's own signer, checked by the steps of its public page
 * (docs.oracle.com/iaas/Content/API/Concepts/signingrequests.htm).
 */

import { createHash, generateKeyPairSync, verify } from 'node:crypto'
import { DefaultRequestSigner, SimpleAuthenticationDetailsProvider } from 'oci-common'
import type { Seen } from '../upstream.ts'
import { headerOf, type SigningScheme } from './scheme.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const PEM = privateKey.export({ type: 'pkcs1', format: 'pem' }) as string

const signer = new DefaultRequestSigner(
  new SimpleAuthenticationDetailsProvider('ocid1.tenancy.x', 'ocid1.user.x', '20:3b:97:13', PEM, null),
)

export const oci: SigningScheme = {
  name: 'OCI',
  async sign({ method, url, headers, body }) {
    const own = new Headers(headers)
    await signer.signHttpRequest({ method: method as 'POST', uri: url.href, headers: own, body: body.toString() })
    return Object.fromEntries(own)
  },
  verify: (seen) => Promise.resolve(isVerified(seen)),
}

function isVerified(seen: Seen): boolean {
  const fields = new Map(
    [...headerOf(seen, 'authorization').matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  )
  const names = (fields.get('headers') ?? '').toLowerCase().split(' ')
  const target = `(request-target): ${seen.method.toLowerCase()} ${seen.url}`
  const text = names.map((name) => (name === '(request-target)' ? target : `${name}: ${headerOf(seen, name)}`))
  const signature = Buffer.from(fields.get('signature') ?? '', 'base64')
  const digest = createHash('sha256').update(seen.body).digest('base64')
  const covers = ['(request-target)', 'host', 'content-length', 'x-content-sha256'].every((name) =>
    names.includes(name),
  )
  const isSigned = verify('sha256', Buffer.from(text.join('\n')), publicKey, signature)
  return covers && isSigned && headerOf(seen, 'x-content-sha256') === digest
}

/** Which requests are taken for signed, by the form of their headers and their query. */

import { expect, test } from 'vitest'
import { coveredHeaders, type Seal, sealOf } from '../../../sidecar/request/signed.ts'

type Header = readonly [name: string, value: string]

/** Of a request with these lines of headers. */
function seal(url: string, ...lines: readonly Header[]): Seal | undefined {
  // Node.js keeps the first line of `authorization`.
  const headers = Object.fromEntries(lines.toReversed())
  return sealOf({ headers, rawHeaders: lines.flat(), url })
}

const SIGNATURES: readonly Header[] = [
  [
    'authorization',
    'AWS4-HMAC-SHA256 Credential=A/20261130/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=0',
  ],
  [
    'authorization',
    'AWS4-ECDSA-P256-SHA256 Credential=A/20261130/bedrock/aws4_request, SignedHeaders=host, Signature=0',
  ],
  ['authorization', 'Signature version="1",keyId="a",algorithm="rsa-sha256",headers="date",signature="b"'],
  ['authorization', 'HMAC-SHA256 SignedHeaders=date;host&Signature=b'],
  ['authorization', 'hmac username="a", algorithm="hmac-sha256", headers="date", signature="b"'],
  ['authorization', 'bce-auth-v1/a/2026-11-30T02:00:00Z/1800/host/b'],
  ['authorization', 'TC3-HMAC-SHA256 Credential=a/2026-11-30/hunyuan/tc3_request, SignedHeaders=host, Signature=b'],
  ['authorization', 'OSS a:b='],
  ['authorization', 'q-sign-algorithm=sha1&q-ak=a&q-signature=b'],
  ['authorization', 'Digest username="a", uri="/", qop=auth-int'],
  ['authorization', 'Unheard-Of abc'],
  ['signature', 'sig=:YQ==:'],
  ['signature-input', 'sig=("@method" "content-digest");keyid="a"'],
  ['x-signature', 'a'],
  ['x-signature-ed25519', 'a'],
  ['x-hub-signature-256', 'sha256=a'],
  ['x-ca-signature', 'a'],
  ['stripe-signature', 't=1,v1=a'],
  ['x-sign', 'a'],
  ['x-api-sig', 'a'],
  ['x-hmac-algorithm', 'hmac-sha256'],
  ['x-content-hmac', 'a'],
  ['x-shop-hmac-sha256', 'a'],
  ['x-hub-signature256', 'a'],
]

const DIGESTS: readonly Header[] = [
  ['content-digest', 'sha-256=:YQ==:'],
  ['repr-digest', 'sha-256=:YQ==:'],
  ['unencoded-digest', 'sha-256=:YQ==:'],
  ['digest', 'SHA-256=YQ=='],
  ['content-md5', 'YQ=='],
  ['x-content-sha256', 'YQ=='],
  ['x-amz-content-sha256', 'UNSIGNED-PAYLOAD'],
  ['x-goog-content-sha256', 'a'],
  ['x-ms-content-sha256', 'a'],
  ['x-amz-checksum-crc32', 'a'],
  ['x-body-hash', 'a'],
  ['x-payload-digest', 'a'],
  ['x-contentsha256', 'a'],
  ['x-sha256', 'a'],
  ['x-payload-mac', 'a'],
  ['trailer', 'Content-Digest'],
  ['trailer', 'x-a, content-md5'],
  ['x-amz-trailer', 'x-amz-checksum-crc32c'],
]

test.for(SIGNATURES)('%s: %s is a signature', ([name, value]) => {
  expect(seal('/', [name, value])).toBe('signature')
})

test.for(DIGESTS)('%s: %s is a digest', ([name, value]) => {
  expect(seal('/', [name, value])).toBe('digest')
})

test('a signature with a digest is a signature', () => {
  expect(seal('/', ['content-digest', 'a'], ['signature', 'b'])).toBe('signature')
})

test('every line of authorization counts, in any case', () => {
  expect(seal('/', ['authorization', 'Bearer k'], ['Authorization', 'Signature keyId="a"'])).toBe('signature')
  expect(seal('/', ['AUTHORIZATION', 'Basic k'], ['authorization', 'AWS4-HMAC-SHA256 a'])).toBe('signature')
  expect(seal('/', ['authorization', 'Bearer k'], ['authorization', 'Basic k'])).toBeUndefined()
})

const UNSIGNED: readonly Header[] = [
  ['authorization', 'Bearer sk-ant-api03-x'],
  ['authorization', 'bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln'],
  ['authorization', 'Bearer'],
  ['authorization', 'Basic dXNlcjpwYXNz'],
  ['authorization', 'sk-proj-a_b-c'],
  ['authorization', 'c29tZS9rZXkrdGhhdCBpcyBiYXNlNjQ='],
  ['authorization', ''],
  ['want-digest', 'sha-256'],
  ['want-repr-digest', 'sha-256=1'],
  ['want-content-digest', 'sha-256=1'],
  ['accept-signature', 'sig=()'],
  ['x-request-signature-id', 'a'],
  ['x-signature-id', 'a'],
  ['x-api-key', 'a'],
  ['x-stainless-runtime', 'node'],
  ['x-stainless-retry-count', '0'],
  ['anthropic-beta', 'message-batches-2024-09-24'],
  ['anthropic-version', '2023-06-01'],
  ['openai-organization', 'a'],
  ['x-claude-code-session-id', 'a'],
  ['x-goog-api-client', 'a'],
  ['x-amz-date', 'a'],
  ['x-request-id', 'a'],
  ['x-design', 'a'],
  ['x-design2', 'a'],
  ['x-mac', 'a'],
  ['x-machine', 'a'],
  ['trailer', 'server-timing'],
  ['x-session-hash', 'a'],
  ['x-commit-sha', 'a'],
  ['x-shared-secret', 'a'],
  ['if-none-match', '"a"'],
]

test.for(UNSIGNED)('not %s: %s', ([name, value]) => {
  expect(seal('/', [name, value])).toBeUndefined()
})

test.for([
  ['/v1/messages?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=a', 'signature'],
  ['/v1/messages?x-goog-signature=a', 'signature'],
  ['/v1/messages?sv=2026-01-01&sig=a', 'signature'],
  ['/v1/messages?Signature=a', 'signature'],
  ['/v1/messages?%73ig=a', 'signature'],
  ['/v1/messages?x%2Damz%2Dsignature=a', 'signature'],
  ['/v1/messages?beta=true', undefined],
  ['/v1/chat/completions?api-version=2026-01-01&key=signature', undefined],
  ['/signature/digest', undefined],
] as const)('the query of %s: %s', ([url, expected]) => {
  expect(seal(url)).toBe(expected)
})

const HEADERS = { host: 'llm.example.com', forwarded: 'for=a', 'x-forwarded-for': 'a', 'x-m2m-session': 's', date: 'd' }

test.for([
  ['AWS4-HMAC-SHA256 Credential=A, SignedHeaders=date;host;x-m2m-session, Signature=0', ['host', 'x-m2m-session']],
  ['Signature keyId="a",headers="(request-target) Host X-Forwarded-For",signature="b"', ['host', 'x-forwarded-for']],
  ['bce-auth-v1/a/2026-11-30T02:00:00Z/1800/forwarded;x-bce-date/b', ['forwarded']],
  ['OSS a:localhost', []],
  ['Signature headers="x-forwarded-for-too xhost"', []],
] as const)('%s covers %s', ([authorization, covered]) => {
  expect([...coveredHeaders({ headers: { ...HEADERS, authorization }, url: '/' }, 'other')]).toEqual(covered)
})

test('the authority of RFC 9421, and names in a query, cover the host', () => {
  const input = { ...HEADERS, 'signature-input': 'sig=("@method" "@authority");keyid="a"' }
  expect([...coveredHeaders({ headers: input, url: '/' }, 'other')]).toEqual(['host'])
  const url = '/?X-Amz-SignedHeaders=host%3Bx-m2m-session&X-Amz-Signature=a'
  expect([...coveredHeaders({ headers: HEADERS, url }, 'other')]).toEqual(['host', 'x-m2m-session'])
})

test('a host that is the provider’s own needs no exception', () => {
  const headers = { ...HEADERS, authorization: 'AWS4-HMAC-SHA256 SignedHeaders=host, Signature=0' }
  expect(coveredHeaders({ headers, url: '/' }, 'llm.example.com').size).toBe(0)
})

test('the longest names and values that a head can hold take no time to tell', () => {
  const long = `x-${'signature-sha-'.repeat(4600)}`
  const url = `/?${'sig&'.repeat(15_000)}`
  const authorization = `a:${'host-'.repeat(12_000)}`
  expect(seal(`/?${'a&'.repeat(30_000)}`, [long, 'a'])).toBeUndefined()
  expect(seal('/', ['authorization', 'a'.repeat(65_000)])).toBeUndefined()
  expect(seal(url)).toBe('signature')
  expect(coveredHeaders({ headers: { host: 'a', authorization }, url: '/' }, 'b').size).toBe(0)
})

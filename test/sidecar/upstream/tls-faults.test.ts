/** Codes of OpenSSL and Node.js in words that say what to do. */

import { expect, test } from 'vitest'
import { tlsReason } from '../../../sidecar/upstream/connect/tls-faults.ts'

test.each([
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', /does not accept the client certificate/],
  ['ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED', /does not accept the client certificate/],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /set certFile and keyFile/],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /unknown authority/],
  ['ERR_SSL_SOMETHING_NEW', /^TLS failed \(ERR_SSL_SOMETHING_NEW\)$/],
])('the code %s', (code, words) => {
  expect(tlsReason(code, 'provider')).toMatch(words)
})

test('no other code is taken for one of TLS', () => {
  expect(['ECONNRESET', 'ENOTFOUND', 'UND_ERR_SOCKET', ''].map((code) => tlsReason(code, 'provider'))).toEqual(
    Array(4).fill(undefined),
  )
})

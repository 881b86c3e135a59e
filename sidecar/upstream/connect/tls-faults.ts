/** What failed in TLS, and what to do about it: codes of OpenSSL and Node.js in words that follow "TLS failed". */

/** Whose TLS it is decides which fields and variables can help. */
export type TlsParty = 'provider' | 'proxy'

const AUTHORITIES: Readonly<Record<TlsParty, string>> = {
  provider: 'name its authority (PEM) in providers[].tls.caFile, SSL_CERT_FILE or NODE_EXTRA_CA_CERTS',
  proxy: 'name its authority (PEM) in SSL_CERT_FILE or NODE_EXTRA_CA_CERTS',
}

const CLIENT_CERTIFICATE: Readonly<Record<TlsParty, string>> = {
  provider: 'set certFile and keyFile in providers[].tls',
  proxy: 'a proxy that asks for one is not supported',
}

type Words = (party: TlsParty) => string

const unknownAuthority: Words = (party) => `its certificate is signed by an unknown authority; ${AUTHORITIES[party]}`
const selfSigned: Words = (party) => `its certificate, or its authority, is self-signed; ${AUTHORITIES[party]}`
const wantsCertificate: Words = (party) => `it asks for a client certificate; ${CLIENT_CERTIFICATE[party]}`
const refusesCertificate: Words = () =>
  'it does not accept the client certificate; look at certFile in providers[].tls: its authority, dates and use'
const plainHttp: Words = (party) =>
  party === 'provider'
    ? 'it does not speak TLS on this port; is it plain http? Then baseURL begins with http:// (and allowInsecure: true)'
    : 'it does not speak TLS on this port; is it plain http? Then its URL begins with http://'
const versions: Words = () => 'it shares no TLS version or cipher with this sidecar (TLS 1.2 and 1.3)'
const refusesHandshake: Words = (party) =>
  `it refuses the handshake: no common version or cipher, or it asks for a client certificate; ${CLIENT_CERTIFICATE[party]}`

const WORDS: Readonly<Record<string, Words>> = {
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  CERT_UNTRUSTED: unknownAuthority,
  DEPTH_ZERO_SELF_SIGNED_CERT: selfSigned,
  SELF_SIGNED_CERT_IN_CHAIN: selfSigned,
  CERT_HAS_EXPIRED: () => "its certificate has expired; it needs a new one, unless this machine's clock is wrong",
  CERT_NOT_YET_VALID: () => "its certificate is not valid yet; is this machine's clock right?",
  CERT_REVOKED: () => 'its certificate was revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: (party) =>
    `its certificate is for other names; ${party === 'provider' ? 'baseURL' : "the proxy's URL"} must use a name of the certificate`,
  ERR_SSL_WRONG_VERSION_NUMBER: plainHttp,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: plainHttp,
  ERR_SSL_HTTP_REQUEST: plainHttp,
  EPROTO: plainHttp,
  ERR_SSL_UNSUPPORTED_PROTOCOL: versions,
  ALERT_CERTIFICATE_REQUIRED: wantsCertificate,
  ALERT_HANDSHAKE_FAILURE: refusesHandshake,
  ALERT_PROTOCOL_VERSION: versions,
  ALERT_NO_APPLICATION_PROTOCOL: () => 'it speaks HTTP/2 only; the sidecar asks for HTTP/1.1',
  ALERT_UNKNOWN_CA: refusesCertificate,
  ALERT_BAD_CERTIFICATE: refusesCertificate,
  ALERT_UNSUPPORTED_CERTIFICATE: refusesCertificate,
  ALERT_CERTIFICATE_EXPIRED: refusesCertificate,
  ALERT_CERTIFICATE_REVOKED: refusesCertificate,
  ALERT_CERTIFICATE_UNKNOWN: refusesCertificate,
  ALERT_ACCESS_DENIED: refusesCertificate,
}

/** @returns undefined when the code is none of TLS */
export function tlsReason(code: string, party: TlsParty): string | undefined {
  // An alert of the other side is named after the version that defined it: SSLV3, TLSV1, TLSV13, SSL/TLS.
  const words = WORDS[code] ?? WORDS[code.replace(/^ERR_SSL_[^_]+_ALERT_/, 'ALERT_')]
  if (words !== undefined) return `TLS failed: ${words(party)} (${code})`
  return /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_/.test(code) ? `TLS failed (${code})` : undefined
}

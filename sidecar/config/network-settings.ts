/**
 * The way out as the environment of other programs describes it too: proxies and authorities. In capitals here; of the
 * variables that also exist in lower case, `config.ts` lets those win.
 */

import { parseProxyUrl } from '../../src/core/network/index.ts'

const EGRESS_PROXY = {
  format: egressProxy,
  range: 'the URL of an http or https proxy, also with USER:PASSWORD@',
  default: '',
}

export const NETWORK_SETTINGS = {
  httpsProxy: {
    doc: 'The egress proxy of https upstreams, which get a CONNECT tunnel. `https_proxy` goes before it.',
    ...EGRESS_PROXY,
    env: 'HTTPS_PROXY',
  },
  httpProxy: {
    doc: 'The egress proxy of plain http upstreams, by CONNECT as well. `http_proxy` goes before it.',
    ...EGRESS_PROXY,
    env: 'HTTP_PROXY',
  },
  noProxy: {
    doc:
      'Hosts that are reached without these proxies: domains with all names below them, addresses, CIDRs, each of the first ' +
      'two with a port if need be, or `*`. Loopback never needs to be listed. `no_proxy` goes before it.',
    format: list,
    range: 'a list, comma separated in the variable',
    default: '',
    env: 'NO_PROXY',
  },
  caFile: {
    doc: 'Authorities to trust beside those of Node.js and of `NODE_EXTRA_CA_CERTS`; read again when the file changes.',
    format: text,
    range: 'a PEM file',
    default: '',
    env: 'SSL_CERT_FILE',
  },
  caDir: {
    doc: 'The same as folders of PEM files.',
    format: text,
    range: 'folders, separated as in PATH',
    default: '',
    env: 'SSL_CERT_DIR',
  },
} as const

/** The value is not repeated: it may carry a password. */
function egressProxy(value: unknown): void {
  if (value === '') return
  if (typeof value !== 'string' || parseProxyUrl(value) === undefined) {
    throw new Error(
      'must be the URL of an http or https proxy, such as http://proxy.example:3128; SOCKS is not supported',
    )
  }
}

function list(value: unknown): void {
  if (typeof value !== 'string' && !Array.isArray(value)) throw new Error('must be a list')
}

function text(value: unknown): void {
  if (typeof value !== 'string') throw new Error('must be text')
}

/**
 * The rules between fields, once: Kubernetes will carry `cel` on the node that `at` names, everything else runs
 * `check`. A check gets the node as it was written, so it answers true for a value that the schema refuses already.
 *
 * A field that has no effect beside others is never an error, or switching something off would keep a running sidecar
 * on its last policy: it is a note.
 */

import { BUILT_IN_HOSTS } from '../dialect/index.ts'
import { bareHost, isAddressRange, isRefusedRange, parseProxyUrl } from '../network/index.ts'
import { DURATION, parseDuration } from './duration.ts'
import { RESERVED_PROVIDER_NAMES } from './routing/providers.ts'

export interface SpecCheck {
  /** From the spec down; `[]` is each item. */
  readonly at:
    | ''
    | 'providers'
    | 'providers[]'
    | 'providers[].timeouts'
    | 'providers[].tls'
    | 'compression'
    | 'limits'
    | 'telemetry'
  /** The field to name in the message, below `at`. */
  readonly field?: string
  /** Follows the field's name. */
  readonly message: string
  check(self: Written): boolean
}

export interface Rule extends SpecCheck {
  readonly cel: string
}

/** A node as written: any member may be absent or of the wrong type. */
export type Written = Readonly<Record<string, unknown>>

export function isWritten(value: unknown): value is Written {
  return typeof value === 'object' && value !== null
}

const BUILT_IN = [...BUILT_IN_HOSTS.keys()]

/** Hosts that URL parsers read as an IPv4 address (WHATWG URL, 3.5), and those that are written as one. */
const ENDS_IN_NUMBER = /^https?:\/\/([^/:]*\.)?(0[xX][0-9a-fA-F]*|[0-9]+)\.?([:/]|$)/
const HAS_WRITTEN_IPV4 = /^https?:\/\/(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}([:/]|$)/

export const RULES: readonly Rule[] = [
  {
    at: 'providers',
    cel: 'self.all(p, self.exists_one(q, q.name == p.name))',
    message: 'must have different names',
    check: (self) => {
      const names = Object.values(self)
        .map((provider) => (isWritten(provider) ? provider['name'] : undefined))
        .filter((name) => typeof name === 'string')
      return new Set(names).size === names.length
    },
  },
  {
    at: 'providers[]',
    field: 'name',
    cel: `!(self.name in ${celList(RESERVED_PROVIDER_NAMES)})`,
    message: `is reserved: ${RESERVED_PROVIDER_NAMES.join(', ')} are paths of the sidecar itself`,
    check: ({ name }) => !isOneOf(RESERVED_PROVIDER_NAMES, name),
  },
  {
    at: 'providers[]',
    field: 'baseURL',
    cel: `self.name in ${celList(BUILT_IN)} || has(self.baseURL)`,
    message: 'is required for a provider that is not built in',
    check: ({ name, baseURL }) => typeof name !== 'string' || isOneOf(BUILT_IN, name) || baseURL !== undefined,
  },
  {
    at: 'providers[]',
    field: 'baseURL',
    cel: "!has(self.baseURL) || (isURL(self.baseURL) && url(self.baseURL).getScheme() in ['http', 'https'] && url(self.baseURL).getHostname() != '')",
    message: 'must be an absolute http or https URL',
    check: ({ baseURL }) => typeof baseURL !== 'string' || isHttpUrl(baseURL),
  },
  {
    at: 'providers[]',
    field: 'baseURL',
    cel: "!has(self.baseURL) || !(self.baseURL.contains('@') || self.baseURL.contains('?') || self.baseURL.contains('#'))",
    message: 'must carry no credentials, query or fragment',
    check: ({ baseURL }) => typeof baseURL !== 'string' || !/[@?#]/.test(baseURL),
  },
  {
    at: 'providers[]',
    field: 'baseURL',
    cel: "!has(self.baseURL) || !isURL(self.baseURL) || url(self.baseURL).getScheme() != 'http' || (has(self.allowInsecure) && self.allowInsecure)",
    message: 'must be https (allowInsecure: true permits a plain-text upstream)',
    check: ({ baseURL, allowInsecure }) =>
      typeof baseURL !== 'string' || !/^http:/i.test(baseURL) || allowInsecure === true,
  },
  {
    at: 'providers[]',
    field: 'baseURL',
    cel: `!has(self.baseURL) || !self.baseURL.matches(r'${ENDS_IN_NUMBER.source}') || self.baseURL.matches(r'${HAS_WRITTEN_IPV4.source}')`,
    message: 'must write its address with four decimal numbers, such as 127.0.0.1',
    check: ({ baseURL }) =>
      typeof baseURL !== 'string' || !ENDS_IN_NUMBER.test(baseURL) || HAS_WRITTEN_IPV4.test(baseURL),
  },
  {
    at: 'providers[]',
    field: 'proxy',
    cel: "!has(self.proxy) || self.proxy == 'none' || (isURL(self.proxy) && url(self.proxy).getScheme() in ['http', 'https'] && url(self.proxy).getHostname() != '' && url(self.proxy).getEscapedPath() in ['', '/'])",
    message: 'must be none, or the URL of an http or https proxy, such as http://proxy.example:3128',
    check: ({ proxy }) => typeof proxy !== 'string' || proxy === 'none' || /[@?#]/.test(proxy) || isProxyUrl(proxy),
  },
  {
    at: 'providers[]',
    field: 'proxy',
    cel: "!has(self.proxy) || !(self.proxy.contains('@') || self.proxy.contains('?') || self.proxy.contains('#'))",
    message:
      'must carry no credentials, query or fragment: HTTPS_PROXY in the environment may hold a user and a password',
    check: ({ proxy }) => typeof proxy !== 'string' || !/[@?#]/.test(proxy),
  },
  {
    at: 'providers[].tls',
    field: 'keyFile',
    cel: 'has(self.certFile) == has(self.keyFile)',
    message: 'and certFile belong together: give both or neither',
    check: ({ certFile, keyFile }) => (certFile === undefined) === (keyFile === undefined),
  },
  {
    at: 'providers[]',
    field: 'addresses',
    cel: "!has(self.addresses) || self.addresses in ['Public', 'Private'] || (type(self.addresses) == list && self.addresses.size() > 0 && self.addresses.size() <= 64 && self.addresses.all(a, isCIDR(a) || isIP(a)))",
    message: 'must be Public, Private, or a list of 1 to 64 CIDRs such as 10.0.0.0/8',
    check: ({ addresses }) => addresses === undefined || isAddressRule(addresses),
  },
  ...['connect', 'firstByte', 'idle', 'total'].map(
    (field): Rule => ({
      at: 'providers[].timeouts',
      field,
      cel: `!has(self.${field}) || self.${field} == 'none' || (duration(self.${field}) >= duration('1ms') && duration(self.${field}) <= duration('24h'))`,
      message: 'must be between 1ms and 24h, or none',
      check: ({ [field]: text }) =>
        typeof text !== 'string' || !DURATION.test(text) || parseDuration(text) !== undefined,
    }),
  ),
  {
    at: 'telemetry',
    field: 'otlpEndpoint',
    cel: "!has(self.otlpEndpoint) || (isURL(self.otlpEndpoint) && url(self.otlpEndpoint).getScheme() in ['http', 'https'])",
    message: 'must be an absolute http or https URL',
    check: ({ otlpEndpoint }) => typeof otlpEndpoint !== 'string' || isHttpUrl(otlpEndpoint),
  },
]

/** Fields that have no effect beside others, or should not stay: hints of `policy check`. */
export const NOTES: readonly SpecCheck[] = [
  {
    at: 'providers[].tls',
    field: 'verify',
    message:
      'is false: whoever is on the way to the provider can read keys and prompts. Name its authority in caFile instead',
    check: ({ verify }) => verify !== false,
  },
  {
    at: 'providers[]',
    field: 'tls',
    message: 'has no effect: baseURL is plain http',
    check: ({ tls, baseURL }) => tls === undefined || typeof baseURL !== 'string' || !/^http:/i.test(baseURL),
  },
  {
    at: 'providers[]',
    field: 'addresses',
    message:
      'lists ranges without effect: link-local, metadata, multicast and unspecified addresses are always refused',
    check: ({ addresses }) =>
      !Array.isArray(addresses) || !addresses.some((item) => typeof item === 'string' && isRefusedRange(item)),
  },
  {
    at: 'providers[]',
    field: 'baseURL',
    message:
      'stands for itself and is not checked: no LLM is served at a link-local, metadata, multicast or unspecified address',
    check: ({ baseURL }) => {
      const url = typeof baseURL === 'string' ? URL.parse(baseURL) : null
      return url === null || !isRefusedRange(bareHost(url.hostname))
    },
  },
  {
    at: 'compression',
    field: 'holdoutPercent',
    message: 'has no effect: sessions are held out only with mode Enforce',
    check: ({ holdoutPercent, mode }) => !holdoutPercent || !isOneOf(['Disabled', 'Audit'], mode),
  },
  {
    at: 'compression',
    field: 'unpin',
    message: 'counts once, when it is switched on: take it out again after that',
    check: ({ unpin }) => unpin !== true,
  },
  {
    at: 'limits',
    field: 'maxTransformBytes',
    message: 'has no effect above maxBodyBytes: larger bodies are refused',
    check: ({ maxBodyBytes, maxTransformBytes }) =>
      typeof maxBodyBytes !== 'number' || typeof maxTransformBytes !== 'number' || maxTransformBytes <= maxBodyBytes,
  },
]

function isProxyUrl(text: string): boolean {
  return isHttpUrl(text) && /^[^/]*\/\/[^/]+\/?$/.test(text) && parseProxyUrl(text) !== undefined
}

function isAddressRule(value: unknown): boolean {
  if (!Array.isArray(value)) return isOneOf(['Public', 'Private'], value)
  const isRange = (item: unknown): boolean => typeof item === 'string' && isAddressRange(item)
  return value.length > 0 && value.length <= 64 && value.every(isRange)
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\/[^/]/i.test(text) && URL.canParse(text)
}

function isOneOf(list: readonly string[], value: unknown): boolean {
  return typeof value === 'string' && list.includes(value)
}

function celList(values: readonly string[]): string {
  return `[${values.map((value) => `'${value}'`).join(', ')}]`
}

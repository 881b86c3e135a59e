/** Rules of `providers[]` and of the other place that names a URL. */

import { BUILT_IN_HOSTS } from '../../dialect/index.ts'
import { isAddressRange } from '../../network/index.ts'
import { DURATION, parseDuration } from '../duration.ts'
import {
  CIDR,
  ENDS_IN_NUMBER,
  HAS_USER_QUERY_OR_FRAGMENT,
  HAS_WRITTEN_IPV4,
  HTTP_ORIGIN,
  HTTP_URL,
  PLAIN_HTTP,
} from '../patterns.ts'
import { RESERVED_PROVIDER_NAMES } from '../routing/providers.ts'
import { celList, celText, isOneOf, isWritten, type Rule, type SpecCheck, textRule } from './rule.ts'

const BUILT_IN = [...BUILT_IN_HOSTS.keys()]

/** Variables with the form of an address that programs read for something else, or that Kubernetes sets. */
const FOREIGN_VARS =
  /^(LD_|DYLD_|NODE_|PYTHON|JAVA_|DOCKER_|HTTP_|HTTPS_|KUBERNETES_)|_SERVICE_HOST$|^AWS_ENDPOINT_URL$/

const TIMEOUTS = ['connect', 'firstByte', 'idle', 'total']

export const PROVIDER_RULES: readonly Rule[] = [
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
  isUrl('providers[]', 'baseURL'),
  hasNoSecret('providers[]', 'baseURL', 'must carry no credentials, query or fragment'),
  {
    at: 'providers[]',
    field: 'baseURL',
    cel: `!has(self.baseURL) || !self.baseURL.matches(${celText(PLAIN_HTTP)}) || (has(self.allowInsecure) && self.allowInsecure)`,
    message: 'must be https (allowInsecure: true permits a plain-text upstream)',
    check: ({ baseURL, allowInsecure }) =>
      typeof baseURL !== 'string' || !PLAIN_HTTP.test(baseURL) || allowInsecure === true,
  },
  hasUsualAddress('providers[]', 'baseURL'),
  textRule(
    {
      at: 'providers[]',
      field: 'proxy',
      message: 'must be none, or the URL of an http or https proxy, such as http://proxy.example:3128',
    },
    {
      cel: `TEXT == 'none' || TEXT.matches(${celText(HAS_USER_QUERY_OR_FRAGMENT)}) || TEXT.matches(${celText(HTTP_ORIGIN)})`,
      check: (proxy) => proxy === 'none' || HAS_USER_QUERY_OR_FRAGMENT.test(proxy) || HTTP_ORIGIN.test(proxy),
    },
  ),
  hasNoSecret(
    'providers[]',
    'proxy',
    'must carry no credentials, query or fragment: HTTPS_PROXY in the environment may hold a user and a password',
  ),
  hasUsualAddress('providers[]', 'proxy'),
  {
    at: 'providers[].tls',
    field: 'keyFile',
    cel: 'has(self.certFile) == has(self.keyFile)',
    message: 'and certFile belong together: give both or neither',
    check: ({ certFile, keyFile }) => (certFile === undefined) === (keyFile === undefined),
  },
  {
    at: 'providers[].credentials',
    field: 'secretKeyRef',
    cel: "has(self.secretKeyRef) == (has(self.mode) && self.mode == 'SecretRef')",
    message: 'belongs to mode SecretRef: give both or neither',
    check: belongsTo('SecretRef', 'secretKeyRef'),
  },
  {
    at: 'providers[]',
    field: 'envVars',
    cel: `!has(self.envVars) || self.envVars.all(name, !name.matches(${celText(FOREIGN_VARS)}))`,
    message:
      'must not name what other programs read: LD_*, DYLD_*, NODE_*, PYTHON*, JAVA_*, DOCKER_*, HTTP_*, HTTPS_*, KUBERNETES_*, *_SERVICE_HOST, AWS_ENDPOINT_URL',
    check: ({ envVars }) =>
      !Array.isArray(envVars) || !envVars.some((name) => typeof name === 'string' && FOREIGN_VARS.test(name)),
  },
  ...TIMEOUTS.map((field) =>
    textRule(
      { at: 'providers[].timeouts', field, message: 'must be between 1ms and 24h, or none' },
      {
        // What the pattern refuses is told by the pattern alone.
        cel: `TEXT == 'none' || !TEXT.matches(${celText(DURATION)}) || (duration(TEXT) >= duration('1ms') && duration(TEXT) <= duration('24h'))`,
        check: (text) => !DURATION.test(text) || parseDuration(text) !== undefined,
      },
    ),
  ),
  isUrl('telemetry', 'otlpEndpoint'),
  hasNoSecret('telemetry', 'otlpEndpoint', 'must carry no credentials, query or fragment'),
  hasUsualAddress('telemetry', 'otlpEndpoint'),
]

/** What a parser of this process refuses beyond every pattern, or what no cluster has. */
export const LOCAL_PROVIDER_RULES: readonly SpecCheck[] = [
  ...(['baseURL', 'proxy'] as const).map((field) => isParsed('providers[]', field)),
  isParsed('telemetry', 'otlpEndpoint'),
  {
    at: 'providers[]',
    field: 'addresses',
    message: 'has an item that is neither an address nor a CIDR',
    check: ({ addresses }) =>
      !Array.isArray(addresses) ||
      addresses.every((item) => typeof item !== 'string' || !CIDR.test(item) || isAddressRange(item)),
  },
  {
    at: 'providers[].credentials',
    field: 'env',
    message: 'belongs to mode Env: give both or neither',
    check: belongsTo('Env', 'env'),
  },
  {
    at: 'providers[].credentials',
    field: 'path',
    message: 'belongs to mode File: give both or neither',
    check: belongsTo('File', 'path'),
  },
]

function isUrl(at: SpecCheck['at'], field: string): Rule {
  return textRule(
    { at, field, message: 'must be an absolute http or https URL' },
    {
      cel: `TEXT.matches(${celText(HAS_USER_QUERY_OR_FRAGMENT)}) || TEXT.matches(${celText(HTTP_URL)})`,
      check: (text) => HAS_USER_QUERY_OR_FRAGMENT.test(text) || HTTP_URL.test(text),
    },
  )
}

function hasNoSecret(at: SpecCheck['at'], field: string, message: string): Rule {
  return textRule(
    { at, field, message },
    {
      cel: `!TEXT.matches(${celText(HAS_USER_QUERY_OR_FRAGMENT)})`,
      check: (text) => !HAS_USER_QUERY_OR_FRAGMENT.test(text),
    },
  )
}

function hasUsualAddress(at: SpecCheck['at'], field: string): Rule {
  return textRule(
    { at, field, message: 'must write its address with four decimal numbers, such as 127.0.0.1' },
    {
      cel: `!TEXT.matches(${celText(ENDS_IN_NUMBER)}) || TEXT.matches(${celText(HAS_WRITTEN_IPV4)})`,
      check: isUsualAddress,
    },
  )
}

function isUsualAddress(url: string): boolean {
  return !ENDS_IN_NUMBER.test(url) || HAS_WRITTEN_IPV4.test(url)
}

/** The pattern cannot count the groups of an IPv6 address. */
function isParsed(at: SpecCheck['at'], field: string): SpecCheck {
  return {
    at,
    field,
    message: 'names a host that is none',
    check: ({ [field]: text }) =>
      typeof text !== 'string' || !HTTP_URL.test(text) || !isUsualAddress(text) || URL.canParse(text),
  }
}

function belongsTo(mode: string, field: string): SpecCheck['check'] {
  return (self) => (self[field] !== undefined) === (self['mode'] === mode)
}

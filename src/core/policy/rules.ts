/**
 * The rules between fields, once: Kubernetes will carry `cel` on the node that `at` names, everything else runs
 * `check`. A check gets the node as it was written, so it answers true for a value that the schema refuses already.
 *
 * A field that has no effect beside others is never an error, or switching something off would keep a running sidecar
 * on its last policy: it is a note.
 */

import { BUILT_IN_HOSTS } from '../dialect/index.ts'
import { DURATION, parseDuration } from './duration.ts'
import { RESERVED_PROVIDER_NAMES } from './routing/providers.ts'

export interface SpecCheck {
  /** From the spec down; `[]` is each item. */
  readonly at: '' | 'providers' | 'providers[]' | 'providers[].timeouts' | 'compression' | 'limits' | 'telemetry'
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

function isHttpUrl(text: string): boolean {
  return /^https?:\/\/[^/]/i.test(text) && URL.canParse(text)
}

function isOneOf(list: readonly string[], value: unknown): boolean {
  return typeof value === 'string' && list.includes(value)
}

function celList(values: readonly string[]): string {
  return `[${values.map((value) => `'${value}'`).join(', ')}]`
}

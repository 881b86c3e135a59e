/** The providers that may serve a call: the built-in ones, and upstreams of the command line. */

import { BUILT_IN_HOSTS, DEFAULT_DIALECT, PROVIDER_DIALECTS, type ProviderDialect } from '../../dialect/index.ts'
import { M2MError } from '../../errors.ts'
import { nearest } from '../../nearest.ts'
import type { Provider, ProviderTls, Timeouts } from '../compiled.ts'

/** An upstream given by a person, as `NAME:DIALECT=URL`, `NAME=URL` or a bare URL. */
export interface Upstream {
  readonly name: string
  readonly url: string
  /** Undefined where it follows from the name. */
  readonly dialect?: ProviderDialect
}

/**
 * None for a reply. A model may be silent for longer than any number here: flex tiers, research, a local model that loads.
 * The caller has a limit of its own, and its leaving ends the call at the provider; TCP finds out when a host is gone.
 */
export const DEFAULT_TIMEOUTS: Timeouts = {
  connectMs: 10_000,
  firstByteMs: 0,
  idleMs: 0,
  totalMs: 0,
}

/** The certificate is checked against the authorities that Node.js trusts. */
export const DEFAULT_TLS: ProviderTls = { verify: true, caFile: undefined, certFile: undefined, keyFile: undefined }

/** Names that are first segments of the sidecar's own paths. */
export const RESERVED_PROVIDER_NAMES: readonly string[] = ['v1', 'api', 'health', 'stats', '_m2m']

/** Not built yet. */
export const LATER_DIALECTS: readonly string[] = ['gemini', 'bedrock']

export const PROVIDER_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/

/** All built-in providers, credentials passed through. */
export function builtInProviders(): Provider[] {
  return [...BUILT_IN_HOSTS].map(([name, { url }]) => createProvider({ name, url }))
}

/** The dialect of a built-in provider follows from its name; all others have the default one. */
export function createProvider(upstream: Upstream): Provider {
  return {
    name: upstream.name,
    dialect: upstream.dialect ?? BUILT_IN_HOSTS.get(upstream.name)?.dialect ?? DEFAULT_DIALECT,
    baseUrl: new URL(upstream.url),
    timeouts: DEFAULT_TIMEOUTS,
    addresses: 'Public',
    proxy: undefined,
    tls: DEFAULT_TLS,
    key: undefined,
  }
}

/** The forms of an upstream, for messages and help. */
export const UPSTREAM_FORMS = 'URL, NAME=URL or NAME:DIALECT=URL'

/**
 * Reads `NAME:DIALECT=URL`, `NAME=URL`, or a URL for the provider `openai`. Plain http is allowed: the person who types an
 * address has chosen it.
 *
 * @throws M2MError USAGE with what is wrong
 */
export function parseUpstream(text: string): Upstream {
  const named = /^([^=:/?]*)(?::([^=:/?]*))?=(.*)$/s.exec(text)
  const name = named?.[1]?.trim() ?? DEFAULT_DIALECT
  const dialect = named?.[2]?.trim()
  const url = (named?.[3] ?? text).trim()
  const fault = nameFault(name) ?? dialectFault(dialect) ?? urlFault(url)
  if (fault !== undefined) {
    // A whole URL has the right form, whatever else is wrong with it.
    const hint = url.includes('://') && dialect === undefined ? '' : `; write ${UPSTREAM_FORMS}`
    throw new M2MError(`upstream ${JSON.stringify(redactUrl(text))}: ${fault}${hint}`, { code: 'USAGE' })
  }
  return isDialect(dialect) ? { name, url, dialect } : { name, url }
}

/**
 * Reads a list of upstreams. Two of one name are refused: the first would get no call, and nothing would say so.
 *
 * @throws M2MError USAGE with what is wrong
 */
export function parseUpstreams(texts: readonly string[]): Upstream[] {
  const upstreams = texts.map(parseUpstream)
  const names = upstreams.map(({ name }) => name)
  const again = names.find((name, index) => names.indexOf(name) !== index)
  if (again !== undefined) {
    const remedy = 'give each its own: NAME=URL (a URL alone is named openai)'
    throw new M2MError(`two upstreams have the name ${again}; ${remedy}`, { code: 'USAGE' })
  }
  return upstreams
}

function isDialect(text: string | undefined): text is ProviderDialect {
  return PROVIDER_DIALECTS.some((dialect) => dialect === text)
}

function nameFault(name: string): string | undefined {
  if (name.length > 63 || !PROVIDER_NAME.test(name)) {
    return 'the name must be at most 63 lower-case letters, digits and inner hyphens'
  }
  return RESERVED_PROVIDER_NAMES.includes(name) ? `the name ${name} is reserved` : undefined
}

function dialectFault(dialect: string | undefined): string | undefined {
  if (dialect === undefined || isDialect(dialect)) return undefined
  if (LATER_DIALECTS.includes(dialect)) return `the dialect ${dialect} is not available in this version; none relays it`
  const guess = nearest(dialect, PROVIDER_DIALECTS)
  const remedy = guess === undefined ? `known are ${PROVIDER_DIALECTS.join(', ')}` : `did you mean ${guess}?`
  return `unknown dialect; ${remedy}`
}

/** The fault of a base URL, in words that follow the field's name; undefined when it has none. */
function urlFault(url: string): string | undefined {
  if (/[@?#]/.test(url)) return 'must carry no credentials, query or fragment'
  if (!URL.canParse(url) || !/^https?:\/\/[^/]/i.test(url)) return 'must be an absolute http or https URL'
  return undefined
}

/** Credentials must not reach a message. */
function redactUrl(text: string): string {
  return text.replace(/\/\/[^/]*@/, '//***@').replace(/[?#].*$/s, '?***')
}

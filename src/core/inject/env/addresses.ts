/**
 * The variables by which clients find a provider, and where the sidecar serves it to them. With such an address a client's
 * call reaches the provider as it did without a sidecar (docs/providers.md, docs/spec/routing.md).
 */

import type { Provider } from '../../policy/compiled.ts'
import { compilePolicy, type PolicySpec } from '../../policy/index.ts'
import { placeOfApi } from '../../policy/routing/base-url.ts'
import { ownerOf } from '../../policy/routing/makers.ts'

export interface Address {
  readonly variable: string
  /** The provider that serves it. */
  readonly provider: string
  /** Behind the sidecar's host and port. */
  readonly path: string
  /** A policy names the variable: it holds whatever the container shows. */
  readonly isNamed: boolean
}

/** Of clients that write the whole path of their API behind their base URL. */
const WHOLE_PATH = new Set([
  'ANTHROPIC_BASE_URL',
  'ANTHROPIC_BEDROCK_BASE_URL',
  'AZURE_OPENAI_ENDPOINT',
  'GROQ_BASE_URL',
])

/** `ANTHROPIC_VERTEX_BASE_URL` ends in it, as `https://aiplatform.googleapis.com/v1` does. */
const VERSIONED = new Set(['ANTHROPIC_VERTEX_BASE_URL'])

/** Variables that a provider has by itself, by its maker. Clients of others read OpenAI's, which is OpenAI's alone. */
const BY_MAKER: Readonly<Record<string, readonly string[]>> = {
  openai: ['OPENAI_BASE_URL'],
  azure: ['AZURE_OPENAI_ENDPOINT'],
  anthropic: ['ANTHROPIC_BASE_URL'],
  google: ['GOOGLE_GEMINI_BASE_URL'],
  groq: ['GROQ_BASE_URL'],
  bedrock: ['AWS_ENDPOINT_URL_BEDROCK_RUNTIME', 'ANTHROPIC_BEDROCK_BASE_URL'],
}

const KNOWN = new WeakMap<object, readonly Address[]>()
const BUILT_IN = {}

/** In order of the providers. A variable that a policy names goes to who names it first. */
export function addressesOf(policy: PolicySpec | undefined): readonly Address[] {
  const providers = policy?.providers ?? BUILT_IN
  let addresses = KNOWN.get(providers)
  if (addresses === undefined) {
    addresses = findAddresses(policy)
    KNOWN.set(providers, addresses)
  }
  return addresses
}

function findAddresses(policy: PolicySpec | undefined): readonly Address[] {
  const providers = compilePolicy({ providers: policy?.providers } as PolicySpec, EDITION).providers
  const named = new Map(policy?.providers?.map(({ name, envVars }) => [name, envVars]))
  const isBuiltIn = policy?.providers === undefined
  const addresses = new Map<string, Address>()
  const take = (provider: Provider, variable: string, isNamed: boolean): void => {
    if (addresses.has(variable)) return
    addresses.set(variable, { variable, provider: provider.name, path: pathFor(provider, variable), isNamed })
  }
  for (const provider of providers) {
    for (const variable of named.get(provider.name) ?? []) take(provider, variable, true)
  }
  for (const provider of providers) {
    if (named.get(provider.name) !== undefined) continue
    for (const variable of usualVariables(provider, isBuiltIn)) take(provider, variable, false)
  }
  return [...addresses.values()]
}

/** Of no meaning for providers. */
const EDITION = { name: 'injector', engineVersion: '' }

function usualVariables(provider: Provider, isBuiltIn: boolean): readonly string[] {
  const owner = ownerOf(provider)
  // A gateway that speaks Anthropic's API is nobody's.
  if (owner?.by === 'dialect') return []
  // The built-in Bedrock is in one region, and the application's may be in another.
  if (owner === undefined || (isBuiltIn && owner.maker === 'bedrock')) return []
  // Vertex AI has other variables than Gemini, and no keys of its own.
  if (owner.maker === 'google' && /(?:^|[.-])aiplatform\./.test(provider.baseUrl.hostname)) return []
  return BY_MAKER[owner.maker] ?? []
}

function pathFor(provider: Provider, variable: string): string {
  const prefix = `/${provider.name}`
  if (VERSIONED.has(variable)) return `${prefix}/v1`
  if (WHOLE_PATH.has(variable) || isHost(variable) || provider.dialect === 'none') return prefix
  const isOpenai = provider.dialect === 'openai' || variable.startsWith('OPENAI_')
  return isOpenai ? prefix + placeOfApi(provider) : prefix
}

/** Names of services and hosts, behind which a client writes all of the path. */
function isHost(variable: string): boolean {
  return /_(?:HOST|ENDPOINT)$|^AWS_ENDPOINT_URL_|^GOOGLE_/.test(variable)
}

/** Compiles a checked spec for the pipeline: fills in defaults, and compiles durations and globs. */

import { createHash } from 'node:crypto'
import { BUILT_IN_HOSTS } from '../dialect/index.ts'
import type { CompressionMode, ProfileName } from '../modes.ts'
import { parseProxyUrl } from '../network/index.ts'
import type { CompiledCompression, CompiledPolicy, KeySource, Provider, Timeouts } from './compiled.ts'
import { DEFAULT_LIMITS } from './default-limits.ts'
import { parseDuration } from './duration.ts'
import { DEFAULT_EXCLUDED_TOOLS, toolMatcher } from './excluded-tools.ts'
import { builtInProviders, createProvider, DEFAULT_TIMEOUTS, DEFAULT_TLS, type Upstream } from './routing/providers.ts'
import type { ProviderSpec } from './schema/providers.ts'
import type { PolicySpec } from './schema.ts'

/** The policy's name, and the version of the engine that obeys it (`ENGINE_VERSION` of core/compress). */
export interface Edition {
  readonly name: string
  readonly engineVersion: string
}

/** @param spec checked: see `parsePolicyDocuments` */
export function compilePolicy(spec: PolicySpec, { name, engineVersion }: Edition): CompiledPolicy {
  const excludeTools = spec.compression?.excludeTools ?? DEFAULT_EXCLUDED_TOOLS
  const compression = compileCompression(spec.compression)
  const cache = compileCache(spec.cache, compression)
  return {
    name,
    revision: revision({ compression, excludeTools, cache }, engineVersion),
    providers: spec.providers?.map(compileProvider) ?? builtInProviders(),
    compression: { ...compression, isExcludedTool: toolMatcher(excludeTools) },
    cache,
    limits: { ...DEFAULT_LIMITS, ...spec.limits },
    failureMode: spec.failureMode ?? 'Open',
    telemetry: {
      metrics: spec.telemetry?.metrics ?? true,
      otlpEndpoint: spec.telemetry?.otlpEndpoint,
      responseHeaders: spec.telemetry?.responseHeaders ?? true,
      streamUsage: spec.telemetry?.streamUsage ?? 'Observe',
    },
  }
}

/** The policy while there is none: `upstreams` alone when some are given, else the built-in providers. */
export function defaultPolicy(options: {
  readonly mode: CompressionMode
  readonly profile: ProfileName
  readonly upstreams: readonly Upstream[]
  readonly engineVersion: string
}): CompiledPolicy {
  const { mode, profile, upstreams, engineVersion } = options
  const policy = compilePolicy({ compression: { mode, profile } }, { name: 'default', engineVersion })
  return upstreams.length === 0 ? policy : withUpstreams({ ...policy, providers: [] }, upstreams)
}

/** A policy with upstreams of the command line: each moves the provider of its name, or is added as a new one. */
export function withUpstreams(policy: CompiledPolicy, upstreams: readonly Upstream[]): CompiledPolicy {
  const isKnown = ({ name }: Upstream): boolean => policy.providers.some((provider) => provider.name === name)
  const moved = policy.providers.map((provider): Provider => {
    const upstream = upstreams.findLast(({ name }) => name === provider.name)
    return upstream === undefined ? provider : movedTo(provider, upstream)
  })
  const added = new Map(upstreams.filter((upstream) => !isKnown(upstream)).map((upstream) => [upstream.name, upstream]))
  return { ...policy, providers: [...moved, ...[...added.values()].map(createGiven)] }
}

/** The person who types a name on the command line has chosen it, wherever it resolves to. */
function createGiven(upstream: Upstream): Provider {
  return { ...createProvider(upstream), addresses: 'Given' }
}

function movedTo(provider: Provider, { url, dialect = provider.dialect }: Upstream): Provider {
  return { ...provider, baseUrl: new URL(url), dialect, addresses: 'Given' }
}

function compileCompression(spec: PolicySpec['compression'] = {}): Omit<CompiledCompression, 'isExcludedTool'> {
  return {
    mode: spec.mode ?? 'Enforce',
    profile: spec.profile ?? 'Safe',
    minTokens: spec.minTokens ?? 32,
    userText: spec.userText ?? 'Never',
    subscriptionTraffic: spec.subscriptionTraffic ?? false,
    holdoutPercent: spec.holdoutPercent ?? 0,
    unpin: spec.unpin ?? false,
  }
}

function compileProvider(spec: ProviderSpec): Provider {
  const url = spec.baseURL ?? BUILT_IN_HOSTS.get(spec.name)?.url ?? ''
  const provider = createProvider({ name: spec.name, url })
  return {
    ...provider,
    dialect: spec.dialect ?? provider.dialect,
    timeouts: compileTimeouts(spec.timeouts),
    addresses: spec.addresses ?? provider.addresses,
    proxy: spec.proxy === undefined || spec.proxy === 'none' ? spec.proxy : parseProxyUrl(spec.proxy),
    tls: { ...DEFAULT_TLS, ...spec.tls },
    key: compileKey(spec),
  }
}

/** Where an injected sidecar finds the key of a provider: a file of the provider's name, mounted from its Secret. */
const MOUNTED_KEYS = '/var/run/secrets/m2m.io/keys'

function compileKey({ name, credentials }: ProviderSpec): KeySource | undefined {
  switch (credentials?.mode) {
    case 'SecretRef':
      return { from: 'File', path: `${MOUNTED_KEYS}/${name}` }
    case 'File':
      return credentials.path === undefined ? undefined : { from: 'File', path: credentials.path }
    case 'Env':
      return credentials.env === undefined ? undefined : { from: 'Env', name: credentials.env }
    default:
      return undefined
  }
}

function compileTimeouts(spec: ProviderSpec['timeouts'] = {}): Timeouts {
  const ms = (text: string | undefined, byDefault: number): number =>
    text === undefined ? byDefault : (parseDuration(text) ?? byDefault)
  return {
    connectMs: ms(spec.connect, DEFAULT_TIMEOUTS.connectMs),
    firstByteMs: ms(spec.firstByte, DEFAULT_TIMEOUTS.firstByteMs),
    idleMs: ms(spec.idle, DEFAULT_TIMEOUTS.idleMs),
    totalMs: ms(spec.total, DEFAULT_TIMEOUTS.totalMs),
  }
}

/** Marks are the default only where the policy asks for more than the safest rewriting. */
function compileCache(
  spec: PolicySpec['cache'],
  { mode, profile }: Pick<CompiledCompression, 'mode' | 'profile'>,
): CompiledPolicy['cache'] {
  return { mode: spec?.mode ?? (mode === 'Enforce' && profile !== 'Safe' ? 'Auto' : 'Audit') }
}

interface WireFields {
  readonly compression: Omit<CompiledCompression, 'isExcludedTool'>
  readonly excludeTools: readonly string[]
  readonly cache: CompiledPolicy['cache']
}

/** Changes exactly when bytes on the wire may change: outside Enforce and Auto, no other field counts. */
function revision({ compression, excludeTools, cache }: WireFields, engineVersion: string): string {
  const { mode, ...rest } = compression
  const effective = [
    mode === 'Enforce' ? [rest, [...excludeTools].sort()] : [],
    cache.mode === 'Auto' ? ['Auto', rest.subscriptionTraffic] : [],
  ]
  return createHash('sha256')
    .update(JSON.stringify([engineVersion, effective]))
    .digest('hex')
    .slice(0, 16)
}

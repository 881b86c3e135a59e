/** The configuration of a sidecar from flags, environment, a settings file and defaults. Read once, at start. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import convict from 'convict'
import { M2MError } from '../src/core/errors.ts'
import { parseProxyUrl } from '../src/core/network/index.ts'
import {
  type CompressionMode,
  type ProfileName,
  parseDuration,
  parseUpstreams,
  type Upstream,
} from '../src/core/policy/index.ts'
import { overlayFile } from '../src/tables/index.ts'
import { type Environment, parseSettingsFile, type SettingsFile } from './config/file.ts'
import { listSettings, parseSize, SETTINGS, splitList } from './config/settings.ts'
import type { EgressProxy, NetworkEnvironment } from './upstream/index.ts'

export { settingsReference } from './config/reference.ts'

export interface SidecarConfig {
  /** The data port; port 0 takes a free one. `upstreams`, `mode` and `profile` are passed to `defaultPolicy`. */
  readonly proxy: {
    readonly host: string
    readonly port: number
    readonly upstreams: readonly Upstream[]
    /** Applies while there is no policy. */
    readonly mode: CompressionMode
    /** Applies while there is no policy. */
    readonly profile: ProfileName
    /** The silence after which a stream of events gets a ping; 0 for never. */
    readonly keepAlivePingMs: number
    /** Passed to `createGuard`, for both ports. */
    readonly allowedHosts: readonly string[]
    readonly token: string | undefined
  }
  readonly admin: { readonly host: string; readonly port: number }
  /** A policy file or a mounted bundle directory; undefined: none. */
  readonly policy: { readonly path: string | undefined; readonly pollMs: number }
  /** Which pod this is; undefined, where it is none. */
  readonly pod: PodIdentity & {
    readonly labelsPath: string | undefined
    /** The pod takes no part in compression, whatever its policy says. */
    readonly isCompressionOff: boolean
  }
  /** The user's price table; undefined: none. One that no setting names need not exist. */
  readonly models: { readonly path: string | undefined; readonly isNamed: boolean }
  readonly log: { readonly level: LogLevel }
  readonly otlp: { readonly endpoint: string | undefined; readonly serviceName: string }
  /** Where calls are recorded for `m2m replay`; undefined: nowhere. */
  readonly record: { readonly dir: string | undefined; readonly maxBytes: number }
  /** The folder of live conversations' forms; undefined: they end with the process. */
  readonly state: { readonly dir: string | undefined }
  /** What calls leave behind for later ones: MB of 2^20 bytes in all. */
  readonly memory: { readonly mb: number }
  /** Egress proxies and authorities of the environment. */
  readonly network: NetworkEnvironment
  /** How long live calls may take to finish after SIGTERM. */
  readonly drain: { readonly graceMs: number }
}

/** What log lines, spans and metrics say about where they come from. */
export interface PodIdentity {
  readonly namespace: string | undefined
  readonly name: string | undefined
  readonly node: string | undefined
  /** Both undefined, or the kind alone. */
  readonly workload: string | undefined
  readonly workloadKind: string | undefined
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug'

export interface ConfigSources {
  /** By flag name without dashes (`admin-port`), repeated flags as lists; also `config`, a settings file. */
  readonly flags: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly env: Environment
  /** The home directory: its `.m2m/config.toml` is read if it exists. */
  readonly home?: string | undefined
  /** Default: `node:fs`. @throws an error with code ENOENT when the file does not exist */
  readonly readFile?: (path: string) => string
}

/**
 * Precedence: flags, environment, settings file, defaults.
 *
 * @throws M2MError CONFIG_INVALID whose message lists every diagnostic, one per line
 */
export function loadConfig(sources: ConfigSources): SidecarConfig {
  const { flags } = sources
  const env = lowerCaseFirst(usable(sources.env))
  const file = openSettingsFile(sources)
  const config = convict<RawSettings>(SETTINGS, { env, args: [] })
  config.load(file.values)
  for (const [key, { arg }] of listSettings()) {
    const value = arg === undefined ? undefined : flags[arg]
    if (value !== undefined) config.set(key, value)
  }
  const raw = config.getProperties()
  const diagnostics = [...invalid(config), ...contradictions(raw, flags)].map(
    ({ key, message }) => `${placeOf(key, { flags, env, file })}: ${message}`,
  )
  if (file.diagnostics.length + diagnostics.length > 0) {
    const list = [...file.diagnostics, ...diagnostics].join('\n')
    throw new M2MError(`the settings cannot be used:\n${list}`, { code: 'CONFIG_INVALID' })
  }
  return { ...convert(raw), models: modelsOf(raw, env, sources.home) }
}

/** Settings as written. */
type RawSettings = { [S in keyof typeof SETTINGS]: { [N in keyof (typeof SETTINGS)[S]]: unknown } }

/**
 * Empty variables count as unset. Kubernetes sets `M2M_ADMIN_PORT=tcp://10.0.0.7:4142` in every pod of a namespace that
 * has a service named m2m-admin: such values are ignored.
 */
function usable(env: Environment): Record<string, string> {
  const isUsable = (value: string | undefined): value is string =>
    value !== undefined && value !== '' && !/^(?:tcp|udp|sctp):\/\//.test(value)
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => isUsable(entry[1])))
}

/** `https_proxy` and its like win over the names in capitals, as in curl. */
function lowerCaseFirst(env: Record<string, string>): Record<string, string> {
  const names = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'].filter((name) => env[name.toLowerCase()] !== undefined)
  return { ...env, ...Object.fromEntries(names.map((name) => [name, String(env[name.toLowerCase()])])) }
}

function openSettingsFile({ flags, env, home, readFile = readText }: ConfigSources): SettingsFile {
  const asked = typeof flags['config'] === 'string' ? flags['config'] : undefined
  const path = asked ?? (home === undefined ? undefined : join(home, '.m2m', 'config.toml'))
  if (path === undefined) return NO_FILE
  try {
    return parseSettingsFile(path, readFile(path), env)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const isMissing = code === 'ENOENT'
    if (isMissing && asked === undefined) return NO_FILE
    return { ...NO_FILE, diagnostics: [`${path}: ${isMissing ? 'there is no such file' : message}`] }
  }
}

function readText(path: string): string {
  return readFileSync(path, 'utf8')
}

const NO_FILE: SettingsFile = { values: {}, diagnostics: [], place: (key) => key }

interface Diagnostic {
  readonly key: string
  readonly message: string
}

/** The diagnostics of convict, one per setting. The value that convict appends is removed: it may be a misplaced secret. */
function invalid(config: convict.Config<RawSettings>): Diagnostic[] {
  try {
    config.validate({ allowed: 'strict' })
    return []
  } catch (error) {
    return (error as Error).message.split('\n').map((line) => {
      const [, key = '', message = line] = /^(\w+\.\w+): (.*?)(?:: value was .*)?$/.exec(line) ?? []
      return { key, message }
    })
  }
}

function contradictions({ proxy, admin, policy }: RawSettings, flags: ConfigSources['flags']): Diagnostic[] {
  const diagnostics: Diagnostic[] = []
  if (String(proxy.port) === String(admin.port) && String(admin.port) !== '0') {
    diagnostics.push({ key: 'admin.port', message: 'is the data port too' })
  }
  // In the environment they are the fallback of an injected sidecar, and allowed.
  for (const name of ['mode', 'profile'] as const) {
    if (flags[name] === undefined || policy.path === '') continue
    diagnostics.push({ key: `proxy.${name}`, message: `has no effect with a policy: set compression.${name} there` })
  }
  return diagnostics
}

function placeOf(
  key: string,
  { flags, env, file }: { flags: ConfigSources['flags']; env: Environment; file: SettingsFile },
): string {
  const setting = listSettings().find(([each]) => each === key)?.[1]
  if (setting?.arg !== undefined && flags[setting.arg] !== undefined) return `--${setting.arg}`
  return setting?.env !== undefined && env[setting.env] !== undefined ? setting.env : file.place(key)
}

function modelsOf({ models }: RawSettings, env: Environment, home: string | undefined): SidecarConfig['models'] {
  const asked = String(models.path)
  if (asked !== '' || home === undefined) return { path: asked || undefined, isNamed: asked !== '' }
  return { path: overlayFile({ asked, cacheHome: env['XDG_CACHE_HOME'], home }), isNamed: false }
}

/** @param raw validated */
function convert({
  proxy,
  admin,
  policy,
  pod,
  log,
  otlp,
  record,
  state,
  memory,
  network,
  drain,
}: RawSettings): Omit<SidecarConfig, 'models'> {
  return {
    proxy: {
      host: String(proxy.host),
      port: Number(proxy.port),
      upstreams: parseUpstreams(splitList(proxy.upstreams)),
      mode: proxy.mode as CompressionMode,
      profile: proxy.profile as ProfileName,
      keepAlivePingMs: milliseconds(proxy.keepAlivePing),
      allowedHosts: splitList(proxy.allowedHosts),
      token: String(proxy.token) || undefined,
    },
    admin: { host: String(admin.host), port: Number(admin.port) },
    policy: { path: String(policy.path) || undefined, pollMs: milliseconds(policy.poll) },
    pod: convertPod(pod),
    log: { level: log.level as LogLevel },
    otlp: { endpoint: String(otlp.endpoint) || undefined, serviceName: String(otlp.serviceName) },
    record: { dir: String(record.dir) || undefined, maxBytes: parseSize(record.max) ?? 0 },
    state: { dir: String(state.dir) || undefined },
    memory: { mb: Number(memory.mb) },
    network: convertNetwork(network),
    drain: { graceMs: milliseconds(drain.grace) },
  }
}

function convertPod(pod: RawSettings['pod']): SidecarConfig['pod'] {
  const given = (value: unknown): string | undefined => String(value) || undefined
  return {
    labelsPath: given(pod.labelsPath),
    isCompressionOff: pod.compression === 'disabled',
    namespace: given(pod.namespace),
    name: given(pod.name),
    node: given(pod.node),
    workload: given(pod.workload),
    workloadKind: given(pod.workloadKind),
  }
}

function convertNetwork({ httpProxy, httpsProxy, noProxy, caFile, caDir }: RawSettings['network']): NetworkEnvironment {
  const proxy = (value: unknown, from: string): EgressProxy | undefined => {
    const url = value === '' ? undefined : parseProxyUrl(String(value))
    return url && { url, from }
  }
  return {
    httpProxy: proxy(httpProxy, 'HTTP_PROXY'),
    httpsProxy: proxy(httpsProxy, 'HTTPS_PROXY'),
    noProxy: splitList(noProxy).join(','),
    caFile: String(caFile) || undefined,
    caDir: String(caDir) || undefined,
  }
}

function milliseconds(duration: unknown): number {
  return parseDuration(String(duration)) ?? 0
}

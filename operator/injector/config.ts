/** The configuration of the injector from flags, environment and defaults. Read once, at start. */

import type { Quantities, SidecarSettings } from '../../src/core/inject/injection.ts'
import { loadSettings, type RawSettings } from '../settings/load.ts'
import { leaseMistakes, type ProcessConfig, processConfig, processSettings } from '../settings/process.ts'
import { isObjectOf, QUANTITIES } from '../settings/quantities.ts'
import { checked, DURATION, milliseconds, oneOf, type SettingsTable, TEXT, whole } from '../settings/setting.ts'

export interface InjectorConfig extends ProcessConfig {
  readonly webhook: WebhookConfig
  readonly tls: TlsConfig
  readonly sidecar: SidecarSettings
}

export interface WebhookConfig {
  /** Undefined: every address of the machine, IPv6 too. */
  readonly host: string | undefined
  readonly port: number
  /** After SIGTERM reviews are answered for so long, until no API server asks this replica any more. */
  readonly drainMs: number
  /** Host names and addresses beside those of the Service. */
  readonly names: readonly string[]
}

export interface TlsConfig {
  /** Own: certificates of an authority of its own. Files: whatever stands in a folder. */
  readonly mode: 'Own' | 'Files'
  /** With tls.crt, tls.key and perhaps ca.crt. */
  readonly folder: string
}

/** The pod is made around these: its probes, its volumes and the addresses of the application's clients. */
const DECIDED =
  /^M2M_((PROXY|ADMIN)_(HOST|PORT)|POLICY|POD_(LABELS_PATH|NAMESPACE|NAME|COMPRESSION)|NODE_NAME|WORKLOAD_(KIND|NAME))$/

const VARIABLES = checked(
  (json) => isObjectOf(json, (value) => typeof value === 'string') && !Object.keys(JSON.parse(json)).some(isDecided),
  'must be a JSON object of texts such as {"NAME":"value"}, without what the injector decides, such as M2M_PROXY_PORT',
)

function isDecided(name: string): boolean {
  return DECIDED.test(name)
}

const PREFIX = 'M2M_INJECTOR'

/** Every setting; docs/reference/injector.md and `injector --help` are this table. */
export const SETTINGS = {
  ...processSettings(PREFIX),
  webhookHost: {
    doc: 'The address of the webhook. Empty: every one, IPv6 too.',
    ...TEXT,
    default: '',
    env: 'M2M_INJECTOR_WEBHOOK_HOST',
    arg: 'webhook-host',
  },
  webhookPort: {
    doc: 'Its port; 0 takes a free one.',
    ...whole(0, 65_535),
    default: '9443',
    env: 'M2M_INJECTOR_WEBHOOK_PORT',
    arg: 'webhook-port',
  },
  webhookNames: {
    doc: 'With Own: more host names and addresses of the webhook, comma separated, where the API server reaches it by a URL.',
    ...TEXT,
    default: '',
    env: 'M2M_INJECTOR_WEBHOOK_NAMES',
  },
  drain: {
    doc: 'After SIGTERM reviews are answered for so long, until no API server asks this replica any more.',
    ...DURATION,
    default: '5s',
    env: 'M2M_INJECTOR_DRAIN',
  },
  tlsMode: {
    doc: 'Own: certificates of an authority of its own. Files: those in a folder, from cert-manager, a Secret or the kubelet.',
    ...oneOf(['Own', 'Files']),
    default: 'Own',
    env: 'M2M_INJECTOR_TLS_MODE',
    arg: 'tls-mode',
  },
  tlsFolder: {
    doc: 'With Files: where `tls.crt` and `tls.key` are, and `ca.crt` if its authority is to be published.',
    ...TEXT,
    default: '/etc/m2m/tls',
    env: 'M2M_INJECTOR_TLS_FOLDER',
    arg: 'tls-folder',
  },
  sidecarImage: {
    doc: 'The image of the sidecar.',
    ...TEXT,
    default: 'm2m-sidecar',
    env: 'M2M_INJECTOR_SIDECAR_IMAGE',
    arg: 'sidecar-image',
  },
  sidecarPullPolicy: {
    doc: 'When its image is pulled.',
    ...oneOf(['Always', 'IfNotPresent', 'Never']),
    default: 'IfNotPresent',
    env: 'M2M_INJECTOR_SIDECAR_PULL_POLICY',
  },
  sidecarMode: {
    doc: 'Native: an init container that stays (Kubernetes 1.29 or later). Classic: one more container.',
    ...oneOf(['Native', 'Classic']),
    default: 'Native',
    env: 'M2M_INJECTOR_SIDECAR_MODE',
  },
  sidecarRequests: {
    doc: 'What the sidecar asks for, as JSON; annotations and policies go before.',
    ...QUANTITIES,
    default: '{"cpu":"20m","memory":"96Mi"}',
    env: 'M2M_INJECTOR_SIDECAR_REQUESTS',
  },
  sidecarLimits: {
    doc: 'What it may have, as JSON; annotations and policies go before.',
    ...QUANTITIES,
    default: '{"memory":"256Mi"}',
    env: 'M2M_INJECTOR_SIDECAR_LIMITS',
  },
  sidecarEnv: {
    doc: 'More variables of the sidecar, as JSON.',
    ...VARIABLES,
    default: '{}',
    env: 'M2M_INJECTOR_SIDECAR_ENV',
  },
} as const satisfies SettingsTable

/** @throws M2MError CONFIG_INVALID whose message lists every mistake, one a line */
export function loadInjectorConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): InjectorConfig {
  return convert(loadSettings(SETTINGS, { argv, env }, (raw) => leaseMistakes(PREFIX, raw)))
}

function convert(raw: RawSettings<typeof SETTINGS>): InjectorConfig {
  return {
    ...processConfig(raw),
    webhook: {
      host: raw.webhookHost || undefined,
      port: Number(raw.webhookPort),
      drainMs: milliseconds(raw.drain),
      names: raw.webhookNames.split(',').flatMap((name) => name.trim() || []),
    },
    tls: { mode: raw.tlsMode as TlsConfig['mode'], folder: raw.tlsFolder },
    sidecar: {
      image: raw.sidecarImage,
      imagePullPolicy: raw.sidecarPullPolicy as SidecarSettings['imagePullPolicy'],
      mode: raw.sidecarMode as SidecarSettings['mode'],
      resources: { requests: quantitiesOf(raw.sidecarRequests), limits: quantitiesOf(raw.sidecarLimits) },
      env: JSON.parse(raw.sidecarEnv) as Readonly<Record<string, string>>,
    },
  }
}

/** Numbers are quantities too: `{"cpu":1}`. */
function quantitiesOf(json: string): Quantities {
  const written = Object.entries(JSON.parse(json) as Readonly<Record<string, string | number>>)
  return Object.fromEntries(written.map(([name, value]) => [name, String(value)]))
}

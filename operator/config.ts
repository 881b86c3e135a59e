/** The configuration of the operator from flags, environment and defaults. Read once, at start. */

import type { Resources } from '../src/core/inject/resources.ts'
import { loadSettings, type RawSettings } from './settings/load.ts'
import { leaseMistakes, type ProcessConfig, processConfig, processSettings } from './settings/process.ts'
import { QUANTITIES } from './settings/quantities.ts'
import { DURATION, milliseconds, oneOf, type SettingsTable, whole } from './settings/setting.ts'

export interface OperatorConfig extends ProcessConfig {
  /** Pods are told of a changed bundle by an annotation; running sidecars get the resources of a changed policy. */
  readonly hotReload: { readonly nudge: boolean; readonly resize: boolean; readonly perSecond: number }
  /** Of a sidecar whose policy says nothing: those of the injector. */
  readonly sidecar: Resources
  /** Questions to sidecars: how many of each namespace, how often. */
  readonly looks: { readonly sample: number; readonly intervalMs: number }
}

const PREFIX = 'M2M_OPERATOR'

/** Every setting; docs/reference/operator.md and `--help` are this table. */
export const SETTINGS = {
  ...processSettings(PREFIX),
  nudge: {
    doc: 'true: pods are told of a changed bundle by an annotation, and have it within 2 seconds instead of 90.',
    ...oneOf(['true', 'false']),
    default: 'false',
    env: 'M2M_OPERATOR_HOT_RELOAD_NUDGE',
    arg: 'nudge',
  },
  resize: {
    doc: 'true: running sidecars get the resources of a changed policy, where Kubernetes can (1.33 or later).',
    ...oneOf(['true', 'false']),
    default: 'false',
    env: 'M2M_OPERATOR_HOT_RELOAD_RESIZE',
    arg: 'resize',
  },
  sidecarRequests: {
    doc: 'For that: what a sidecar asks for whose policy says nothing, as JSON; that of the injector.',
    ...QUANTITIES,
    default: '{"cpu":"20m","memory":"96Mi"}',
    env: 'M2M_OPERATOR_SIDECAR_REQUESTS',
  },
  sidecarLimits: {
    doc: 'And what it may have.',
    ...QUANTITIES,
    default: '{"memory":"256Mi"}',
    env: 'M2M_OPERATOR_SIDECAR_LIMITS',
  },
  nudgesPerSecond: {
    doc: 'How many pods are told, or resized, in a second, 1 to 50.',
    ...whole(1, 50),
    default: '30',
    env: 'M2M_OPERATOR_HOT_RELOAD_PER_SECOND',
  },
  looksSample: {
    doc: 'How many pods of a namespace are asked what they run; 0: none.',
    ...whole(0, 1000),
    default: '20',
    env: 'M2M_OPERATOR_LOOKS_SAMPLE',
  },
  looksInterval: {
    doc: 'How often each of them is asked while nothing changes.',
    ...DURATION,
    default: '1m',
    env: 'M2M_OPERATOR_LOOKS_INTERVAL',
  },
} as const satisfies SettingsTable

/** @throws M2MError CONFIG_INVALID whose message lists every mistake, one a line */
export function loadConfig(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): OperatorConfig {
  return convert(loadSettings(SETTINGS, { argv, env }, (raw) => leaseMistakes(PREFIX, raw)))
}

function convert(raw: RawSettings<typeof SETTINGS>): OperatorConfig {
  return {
    ...processConfig(raw),
    hotReload: {
      nudge: raw.nudge === 'true',
      resize: raw.resize === 'true',
      perSecond: Number(raw.nudgesPerSecond),
    },
    sidecar: { requests: JSON.parse(raw.sidecarRequests), limits: JSON.parse(raw.sidecarLimits) },
    looks: { sample: Number(raw.looksSample), intervalMs: milliseconds(raw.looksInterval) },
  }
}

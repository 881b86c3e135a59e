/** The modes and profiles that are compared, and one policy that asks for all that a policy can change. */

import type { Variant } from './sidecar-process.ts'

const EVERYTHING = `apiVersion: m2m.io/v1alpha1
kind: M2MPolicy
metadata: { name: everything }
spec:
  compression: { mode: Enforce, profile: Balanced, minTokens: 0, userText: Observations, excludeTools: [], holdoutPercent: 20 }
  cache: { mode: Auto }
  telemetry: { streamUsage: Inject }
`

export const VARIANTS: readonly Variant[] = [
  { name: 'safe', flags: ['--mode', 'Enforce', '--profile', 'Safe'] },
  { name: 'balanced', flags: ['--mode', 'Enforce', '--profile', 'Balanced'] },
  { name: 'aggressive', flags: ['--mode', 'Enforce', '--profile', 'Aggressive'] },
  { name: 'audit', flags: ['--mode', 'Audit', '--profile', 'Balanced'] },
  { name: 'disabled', flags: ['--mode', 'Disabled'] },
  { name: 'policy', flags: [], policy: EVERYTHING },
]

/** A pod that asks for its sidecar, and what it gets. */

import {
  type InjectContext,
  type Injection,
  injectPod,
  type RawContainer,
  type RawPod,
} from '../../../src/core/inject/index.ts'
import { applyPatch } from './json-patch.ts'
import { SETTINGS } from './pods.ts'

export interface Result {
  readonly injection: Injection
  readonly pod: RawPod
  /** The container of the sidecar. */
  readonly sidecar: RawContainer | undefined
  /** The variables of a container by name. */
  env(container: string): Readonly<Record<string, unknown>>
  /** Reasons of the notes. */
  readonly notes: readonly string[]
}

type Spec = Readonly<Record<string, unknown>>

/** @param spec with one container `app` where it names none */
export function inject(
  spec: Spec = {},
  options: { metadata?: RawPod['metadata']; context?: Partial<InjectContext> } = {},
): Result {
  const { metadata, context } = options
  const pod = {
    metadata: { ...metadata, annotations: { 'm2m.io/inject': 'true', ...metadata?.annotations } },
    spec: { containers: [{ name: 'app', image: 'example.com/app:1' }], ...spec },
  } as RawPod
  return injectRaw(pod, context)
}

export function injectRaw(pod: RawPod, context: Partial<InjectContext> = {}): Result {
  const injection = injectPod(pod, {
    namespace: { name: 'shop', labels: {} },
    policy: undefined,
    settings: SETTINGS,
    ...context,
  })
  const patched = applyPatch(pod, 'patch' in injection ? injection.patch : [])
  const all = [...(patched.spec?.initContainers ?? []), ...(patched.spec?.containers ?? [])]
  const found = (name: string) => all.find((container) => container?.name === name)
  return {
    injection,
    pod: patched,
    sidecar: found('m2m-proxy'),
    env: (name) =>
      Object.fromEntries((found(name)?.env ?? []).map((each) => [each.name, each.value ?? each.valueFrom])),
    notes: 'notes' in injection ? injection.notes.map(({ reason }) => reason) : [],
  }
}

/** A container of an application with these variables. */
export function app(env: Readonly<Record<string, unknown>>, more: Spec = {}): Spec {
  const variables = Object.entries(env).map(([name, value]) =>
    typeof value === 'string' ? { name, value } : { name, valueFrom: value },
  )
  return { name: 'app', image: 'example.com/app:1', env: variables, ...more }
}

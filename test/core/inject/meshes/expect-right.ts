/** What holds for a pod in which our sidecar stands beside those of others. */

import { expect } from 'vitest'
import { applyEdits } from '../../../../src/cli/inject/apply.ts'
import { injectPod } from '../../../../src/core/inject/index.ts'
import type { InjectContext, RawContainer, RawPod } from '../../../../src/core/inject/injection.ts'
import { isCaptured, isInjectedByOthers, roleOf } from '../../../../src/core/inject/meshes/index.ts'

export const CONTEXT: InjectContext = {
  namespace: { name: 'shop', labels: { 'm2m.io/inject': 'true' } },
  policy: undefined,
  settings: {
    image: 'm2m-sidecar:1',
    imagePullPolicy: 'IfNotPresent',
    mode: 'Native',
    resources: { requests: { cpu: '20m', memory: '96Mi' }, limits: { memory: '256Mi' } },
    env: {},
  },
}

/** The pod as ours makes it. @throws Error where it gets no sidecar */
export function injected(pod: RawPod, context: InjectContext): RawPod {
  const injection = injectPod(pod, context)
  if (injection.result !== 'injected') throw new Error(`${injection.result}: ${injection.message}`)
  return applyEdits(pod, [{ path: [], operations: injection.patch }]) as RawPod
}

/** Each container once, ours in its place with a probe that can succeed, and nothing more for us to do. */
export function expectRight(pod: RawPod, context: InjectContext): void {
  const names = allOf(pod).map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(names).toContain('m2m-proxy')
  expect(injectPod(pod, context)).toMatchObject({ result: 'injected', patch: [] })

  const { initContainers = [], containers = [] } = pod.spec ?? {}
  const list = context.settings.mode === 'Native' ? initContainers : containers
  const place = list.findIndex(({ name }) => name === 'm2m-proxy')
  const users = list.findIndex(({ name }) => name !== 'm2m-proxy' && !isInjectedByOthers(name))
  if (users !== -1) expect(place).toBeLessThan(users)
  const proxy = initContainers.findIndex(
    ({ name, restartPolicy }) => roleOf(name) === 'Proxy' && restartPolicy === 'Always',
  )
  if (list === initContainers) expect(place).toBeGreaterThan(proxy)
  if (isCaptured(pod, context.namespace)) expect(Object.keys(probeOf(pod) ?? { exec: '' })).not.toContain('httpGet')
}

export function probeOf(pod: RawPod): object | undefined {
  return allOf(pod).find(({ name }) => name === 'm2m-proxy')?.['startupProbe'] as object | undefined
}

export function allOf({ spec = {} }: RawPod): readonly RawContainer[] {
  return [...(spec.initContainers ?? []), ...(spec.containers ?? [])]
}

/** Ours and other injectors on one pod, in any order, as an API server calls them: once each, and again who asks for it. */

import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RawContainer, RawPod } from '../../../../src/core/inject/injection.ts'
import { isInjectedByOthers } from '../../../../src/core/inject/meshes/index.ts'
import { assertProperty } from '../../../support/assert-property.ts'
import { allOf, CONTEXT, expectRight, injected, probeOf } from './expect-right.ts'
import { dapr, type Injector, istio, OTHERS, vault } from './other-injectors.ts'

const POD: RawPod = {
  metadata: { name: 'api', namespace: 'shop' },
  spec: { initContainers: [{ name: 'migrate', image: 'app' }], containers: [{ name: 'app', image: 'app' }] },
}

describe.each(['Native', 'Classic'] as const)('a sidecar that is %s', (mode) => {
  const context = { ...CONTEXT, settings: { ...CONTEXT.settings, mode } }
  const ours: Injector = (pod) => injected(pod, context)

  describe.each(Object.entries(OTHERS))('beside %s', (_name, other) => {
    test.each([
      ['after it', [other, ours]],
      ['before it, and asked again', [ours, other]],
    ])('%s', (_when, injectors) => {
      expectRight(admit(POD, injectors, [ours]), context)
    })

    test('before it, and both are asked again', () => {
      expectRight(admit(POD, [ours, other], [ours, other]), context)
    })
  })

  test('beside several of them, in any order, on any pod', () => {
    const names = fc.uniqueArray(fc.constantFrom(...Object.keys(OTHERS)), { maxLength: 4 })
    const property = fc.property(podArbitrary(), names, fc.nat(4), fc.boolean(), (pod, others, at, isReinvoked) => {
      const injectors = others.map((name) => OTHERS[name] ?? ours)
      injectors.splice(Math.min(at, injectors.length), 0, ours)
      expectRight(admit(pod, injectors, isReinvoked ? injectors : [ours]), context)
    })
    assertProperty(property, { numRuns: 500 })
  })
})

test('where Istio has turned our probe to its agent, which starts after us, we take it back', () => {
  const ours: Injector = (pod) => injected(pod, CONTEXT)
  const turned = istio()(ours(POD))
  expect(probeOf(turned)).toHaveProperty('httpGet.port', 15020)
  expect(probeOf(ours(turned))).toHaveProperty('exec')
  expect(probeOf(ours(turned))).not.toHaveProperty('httpGet')
})

test('containers of other injectors get none of our variables', () => {
  const pod = injected(istio({ isNative: true })(vault()(dapr()(POD))), CONTEXT)
  const others = allOf(pod).filter(({ name }) => isInjectedByOthers(name))
  expect(others.length).toBeGreaterThan(3)
  const variables = others.flatMap(({ env = [] }) => env.map(({ name }) => name))
  expect(variables.filter((name) => /BASE_URL|ENDPOINT|^NO_PROXY$/i.test(name))).toEqual([])
  expect(pod.metadata?.annotations?.['kubectl.kubernetes.io/default-container']).toBe('app')
})

/** Mutating admission: every webhook in order, then once more each one that asks for it and whose pod was changed since. */
function admit(pod: RawPod, injectors: readonly Injector[], reinvoked: readonly Injector[]): RawPod {
  const left = new Map<Injector, RawPod>()
  const call = (before: RawPod, injector: Injector): RawPod => {
    const after = injector(before)
    left.set(injector, after)
    return after
  }
  const once = injectors.reduce(call, pod)
  const again = injectors.filter((injector) => reinvoked.includes(injector))
  return again.reduce((now, injector) => (isDeepStrictEqual(left.get(injector), now) ? now : call(now, injector)), once)
}

function podArbitrary(): fc.Arbitrary<RawPod> {
  const named = (prefix: string, maxLength: number): fc.Arbitrary<RawContainer[]> =>
    fc
      .array(fc.boolean(), { maxLength })
      .map((stays) => stays.map((each, at) => ({ name: `${prefix}-${at}`, image: 'app', ...(each && stay(prefix)) })))
  return fc
    .record({ initContainers: fc.option(named('init', 3), { nil: undefined }), more: named('app', 2) })
    .map(({ initContainers, more }) => ({
      metadata: { name: 'api', namespace: 'shop' },
      spec: { ...(initContainers && { initContainers }), containers: [{ name: 'app', image: 'app' }, ...more] },
    }))
}

/** A native sidecar of the user's own. */
function stay(prefix: string): object {
  return prefix === 'init' ? { restartPolicy: 'Always' } : {}
}

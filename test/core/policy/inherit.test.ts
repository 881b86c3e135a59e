/** What an Override leaves to the policies that it overrides: where calls may go, how large they are, the container. */

import { describe, expect, test } from 'vitest'
import {
  acceptPolicy,
  type BundleVersion,
  type ClusterPolicy,
  choosePolicy,
  isRefused,
  type PolicySpec,
  policiesOf,
  specInForce,
  staticHash,
  writeBundle,
} from '../../../src/core/policy/documents.ts'

const NAMESPACE = { name: 'shop', labels: { 'kubernetes.io/metadata.name': 'shop' } }
const WIDE = { namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'Exists' }] } }
const OVERRIDE = { ...WIDE, scope: 'Override' }

const VLLM = [{ name: 'vllm', baseURL: 'https://vllm.example' }]
const GROQ = [{ name: 'groq' }]

const OFF = policy('off', { ...OVERRIDE, priority: 9, compression: { mode: 'Disabled' } })

function policy(name: string, spec: object): ClusterPolicy {
  const namespace = 'namespaceSelector' in spec ? 'm2m-system' : 'shop'
  const found = acceptPolicy(
    { metadata: { name, namespace, creationTimestamp: '2026-01-01T00:00:00Z' }, spec },
    'm2m-system',
  )
  if (isRefused(found)) throw new Error(found.message)
  return found
}

/** What a sidecar makes of the bundle of these policies. */
function read(policies: readonly ClusterPolicy[], labels = {}, version?: BundleVersion): PolicySpec | undefined {
  const { files } = writeBundle(policiesOf(NAMESPACE, policies), version)
  const choice = choosePolicy(
    Object.entries(files).map(([name, text]) => ({ name, file: name, text })),
    labels,
  )
  expect(choice.errors).toEqual([])
  return choice.policy?.spec
}

describe('an Override without providers and limits', () => {
  const team = policy('team', { providers: VLLM, limits: { maxBodyBytes: 2 ** 28 }, cache: { mode: 'Auto' } })
  const api = policy('api', { providers: GROQ, selector: { matchLabels: { app: 'api' } } })

  test('keeps those of the policy that it overrides, pod by pod, and nothing else of it', () => {
    const off = { compression: { mode: 'Disabled' } }
    expect(read([OFF, team, api])).toEqual({ ...off, providers: VLLM, limits: { maxBodyBytes: 2 ** 28 } })
    expect(read([OFF, team, api], { app: 'api' })).toEqual({ ...off, providers: GROQ })
    expect(read([OFF, api], { app: 'web' })).toEqual(off)
  })

  test('leaves them to the default where the next policy names none, whatever stands below that', () => {
    const plain = policy('plain', { selector: { matchLabels: { app: 'api' } } })
    expect(read([OFF, team, plain], { app: 'api' })).toEqual({ compression: { mode: 'Disabled' } })
  })

  test('takes them from another Override first', () => {
    const second = policy('second', { ...OVERRIDE, providers: GROQ })
    expect(read([OFF, second, team])).toMatchObject({ providers: GROQ, limits: { maxBodyBytes: 2 ** 28 } })
  })

  test('says so to sidecars of version 1 as well, as far as they know policies', () => {
    expect(read([OFF, team, api], { app: 'api' }, 1)).toMatchObject({
      compression: { mode: 'Disabled' },
      providers: VLLM,
    })
  })
})

test('an Override that names providers has them hold everywhere', () => {
  const named = policy('named', { ...OVERRIDE, providers: GROQ })
  expect(read([named, policy('team', { providers: VLLM })])).toEqual({ providers: GROQ })
})

test('a Default takes nothing from the policies below it', () => {
  const api = policy('api', { selector: { matchLabels: { app: 'api' } } })
  expect(read([api, policy('team', { providers: VLLM })], { app: 'api' })).toEqual({})
})

test('what an entry leaves to a file that is damaged keeps the last policy', () => {
  const { files } = writeBundle(policiesOf(NAMESPACE, [OFF, policy('team', { providers: VLLM })]))
  const damaged = { ...files, 'shop.team.json': '{}' }
  const { policy: chosen, errors } = choosePolicy(
    Object.entries(damaged).map(([name, text]) => ({ name, file: name, text })),
  )
  expect(chosen).toBeUndefined()
  expect(errors).toMatchObject([{ file: 'shop.team.json', message: 'does not have the hash that index.json gives' }])
})

test('switching off and on again asks no pod for a restart', () => {
  const team: PolicySpec = { sidecar: { logLevel: 'debug' }, providers: [{ name: 'groq', envVars: ['GROQ_BASE_URL'] }] }
  expect(staticHash(specInForce([OFF.spec, team]))).toBe(staticHash(team))
  expect(staticHash(specInForce([{ ...OFF.spec, sidecar: {} }, team]))).not.toBe(staticHash(team))
})

/** A sidecar's policy from a mounted bundle: which entry holds for this pod, and what happens when the bundle is broken. */

import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createPolicyStore, type PolicyStore, type ReloadResult } from '../../../sidecar/policy/index.ts'
import { parsePodLabels } from '../../../sidecar/policy/pod-labels.ts'
import { type BundlePolicy, type Labels, writeBundle } from '../../../src/core/policy/documents.ts'
import { defaultPolicy } from '../../../src/core/policy/index.ts'
import { type KubeletVolume, kubeletVolume } from '../../support/kubelet-volume.ts'

const fallback = defaultPolicy({ mode: 'Audit', profile: 'Safe', upstreams: [], engineVersion: '1' })

let folder: string
let bundle: KubeletVolume
let podinfo: KubeletVolume
let store: PolicyStore | undefined
let reloads: ReloadResult[]
let lines: string[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'm2m-bundle-'))
  bundle = kubeletVolume(join(folder, 'bundle'))
  podinfo = kubeletVolume(join(folder, 'podinfo'))
  label({ app: 'api' })
  reloads = []
  lines = []
})

afterEach(() => {
  store?.close()
  store = undefined
  rmSync(folder, { recursive: true })
})

function label(labels: Labels): void {
  const text = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`)
  podinfo.mount({ labels: text.join('\n'), name: 'api-0' })
}

/** Without a poll: changes are seen by the notices of the file system. */
async function open(): Promise<PolicyStore> {
  const tell = (fields: { err?: Error }, message: string): void => {
    lines.push([message, fields.err?.message].filter(Boolean).join(': '))
  }
  store = await createPolicyStore({
    path: bundle.path,
    labelsPath: join(podinfo.path, 'labels'),
    fallback,
    upstreams: [],
    engineVersion: '1',
    pollMs: 3_600_000,
    log: { info: tell, error: tell } as never,
    onReload: (result) => reloads.push(result),
  })
  return store
}

async function expectReloads(...expected: ReloadResult[]): Promise<void> {
  await vi.waitFor(() => expect(reloads).toEqual(expected), { timeout: 10_000, interval: 20 })
}

const all = policyOf('all')
const api = policyOf('api', { selector: { matchLabels: { app: 'api' } } })
const web = policyOf('web', { selector: { matchLabels: { app: 'web' } } })

function policyOf(name: string, changes: Partial<BundlePolicy> = {}): BundlePolicy {
  return { namespace: 'shop', name, selector: undefined, spec: {}, ...changes }
}

describe('a mounted bundle', () => {
  test("holds the first policy that matches the pod's labels", async () => {
    const written = writeBundle([web, api, all])
    bundle.mount(written.files)
    const { inForce, isStale } = await open()
    const { hash } = written.entries.get('shop/api') ?? {}
    expect(inForce).toMatchObject({ name: 'api', namespace: 'shop', hash })
    expect(isStale).toBe(false)
    expect(lines).toEqual(['policy loaded'])
  })

  test('changes the policy of a running sidecar when the labels of its pod change', async () => {
    bundle.mount(writeBundle([web, api, all]).files)
    const { current } = await open()
    expect(current.name).toBe('api')
    label({ app: 'web' })
    await expectReloads('applied')
    expect(store?.current.name).toBe('web')
    label({ app: 'other' })
    await expectReloads('applied', 'applied')
    expect(store?.current.name).toBe('all')
  })

  test('says that no policy holds for this pod: the default serves, at the start and later', async () => {
    bundle.mount(writeBundle([]).files)
    expect((await open()).current).toBe(fallback)
    expect(store?.inForce.hash).toBe('')
    bundle.mount(writeBundle([api]).files)
    await expectReloads('applied')
    expect(store?.current.name).toBe('api')
    bundle.mount(writeBundle([web]).files)
    await expectReloads('applied', 'applied')
    expect(store?.current).toBe(fallback)
    expect(lines).toEqual([
      'no policy for this pod in the bundle; the default serves',
      'policy applied',
      'no policy for this pod in the bundle; the default serves',
    ])
  })

  test('that moves the same policy to another file leaves it in force, under the hash of now', async () => {
    bundle.mount(writeBundle([api]).files)
    const { current } = await open()
    const { entries, files } = writeBundle([api])
    const text = (files['shop.api.json'] ?? '').replace('"spec":{}', '"spec": {}')
    bundle.mount({ ...writeBundle([]).files, ...indexOf('shop.api.json', text) })
    await expectReloads('unchanged')
    expect(store?.current).toBe(current)
    expect(store?.inForce.hash).not.toBe(entries.get('shop/api')?.hash)
  })
})

describe('a bundle that cannot be used', () => {
  test.each([
    ['half swapped', { ...writeBundle([api]).files, 'shop.api.json': '{}\n' }, /does not have the hash/],
    ['of an unknown version', { 'index.json': '{"version":3,"policies":[]}' }, /is of version 3; .* reads 2 and 1/],
    ['cut short', { ...writeBundle([api]).files, 'index.json': '{"version":2,"pol' }, /is not a list of/],
    ['without a file', { 'index.json': writeBundle([api]).files['index.json'] ?? '' }, /shop\.api\.json, which is not/],
    ['with a field of later days', indexOf('a.json', document({ routes: [] })), /spec\.routes: not available/],
  ])('6: (%s) keeps the last good policy, and does not keep a pod from starting', async (_, broken, reason) => {
    bundle.mount(writeBundle([api]).files)
    const { current } = await open()
    bundle.mount(broken)
    await expectReloads('rejected')
    expect(store?.current).toBe(current)
    expect(store?.isStale).toBe(true)
    expect(lines.at(-1)).toMatch(/^policy rejected, the last good one stays: /)
    expect(lines.at(-1)).toMatch(reason)
    store?.close()

    expect((await open()).current).toBe(fallback)
    expect([store?.isStale, lines.at(-1)]).toEqual([
      true,
      expect.stringMatching(/^policy rejected, the default serves/),
    ])
    bundle.mount(writeBundle([all]).files)
    await expectReloads('rejected', 'applied')
    expect([store?.current.name, store?.isStale]).toEqual(['all', false])
  })

  test('includes one whose labels cannot be read', async () => {
    bundle.mount(writeBundle([api]).files)
    await open()
    podinfo.mount({ labels: 'app: api' })
    await expectReloads('rejected')
    expect(store?.current.name).toBe('api')
    expect(lines.at(-1)).toMatch(/podinfo\/labels:1: is not a label such as app="web"$/)
  })
})

test.each<[string, Labels]>([
  ['', {}],
  ['app="api"\npod-template-hash="5d4"', { app: 'api', 'pod-template-hash': '5d4' }],
  ['example.com/tier=""\n', { 'example.com/tier': '' }],
  ['__proto__="x"', Object.fromEntries([['__proto__', 'x']])],
])('the labels of a pod are read from %j', (text, expected) => {
  expect(Object.entries(parsePodLabels(text, 'labels'))).toEqual(Object.entries(expected))
})

function document(spec: object): string {
  return JSON.stringify({ apiVersion: 'm2m.io/v1alpha1', kind: 'M2MPolicy', metadata: { name: 'a' }, spec })
}

/** A bundle of one file with the right hash, whatever it holds. */
function indexOf(key: string, text: string): Record<string, string> {
  const hash = createHash('sha256').update(text).digest('hex')
  return { 'index.json': JSON.stringify({ version: 2, policies: [{ key, hash }] }), [key]: text }
}

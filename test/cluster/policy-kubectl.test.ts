/** Policies as people see them: kubectl, the examples, and the charts. */

import { readFileSync } from 'node:fs'
import { describe, expect } from 'vitest'
import { parse } from 'yaml'
import { test } from '../support/kube/kubectl.ts'
import { shippedDefinition } from '../support/kube/policy-definition.ts'
import { policy } from '../support/kube/policy-test.ts'

const POLICY = 'apiVersion: m2m.io/v1alpha1\nkind: M2MPolicy\nmetadata: { name: p }\n'

test('kubectl lists policies with their columns, by each of their names and by scope', async ({
  kubectl,
  namespace,
}) => {
  const here = ['-n', namespace]
  const created = await kubectl(['apply', '--server-side', ...here, '-f', '-'], `${POLICY}spec: {}`)
  expect([created.code, created.stderr]).toEqual([0, ''])
  const head = async (...args: string[]) =>
    (await kubectl(['get', ...args, ...here])).stdout.split('\n')[0]?.split(/ {2,}/)
  const columns = ['NAME', 'ACCEPTED', 'PROGRAMMED', 'SCOPE', 'PODS', 'AGE']
  for (const name of ['m2mpolicies', 'm2mpolicy', 'm2mp', 'm2m']) expect(await head(name)).toEqual(columns)
  expect(await head('m2mp', '-o', 'wide')).toEqual([
    'NAME',
    'ACCEPTED',
    'PROGRAMMED',
    'SCOPE',
    'PRIORITY',
    'PODS',
    'STALE',
    'REASON',
    'HASH',
    'AGE',
  ])
  const ofScope = async (scope: string) =>
    (await kubectl(['get', 'm2mp', ...here, '--field-selector', `spec.scope=${scope}`, '-o', 'name'])).stdout.trim()
  expect([await ofScope('Default'), await ofScope('Override')]).toEqual(['m2mpolicy.m2m.io/p', ''])
})

test('kubectl explains a field, with the default that is not stored', async ({ kubectl }) => {
  const { stdout } = await kubectl(['explain', 'm2mp.spec.compression.mode'])
  expect(stdout).toMatch(/ENUM:\s+Disabled\s+Audit\s+Enforce\s/)
  expect(stdout).toContain('Default: Enforce.')
})

test('kubectl passes on what the server says', async ({ kubectl, namespace }) => {
  const apply = (spec: string, ...args: string[]) =>
    kubectl(['apply', '-n', namespace, '-f', '-', ...args], `${POLICY}spec: ${spec}`)
  const unknown = await apply('{ compresion: {} }')
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('unknown field "spec.compresion"')])
  const broken = await apply('{ scope: Override }', '--server-side')
  expect([broken.code, broken.stderr]).toEqual([
    1,
    expect.stringContaining('spec.scope: Invalid value: Override needs'),
  ])
})

describe('the example', () => {
  test.for(['namespace-default', 'team', 'off-switch', 'deployment'])(
    '%s is accepted',
    async (name, { kubectl, namespace }) => {
      const text = readFileSync(`examples/kubernetes/${name}.yaml`, 'utf8').replace(/^ {2}namespace: .*$/m, '')
      const { code, stderr } = await kubectl(
        ['apply', '--server-side', '--dry-run=server', '--validate=strict', '-n', namespace, '-f', '-'],
        text,
      )
      expect([code, stderr]).toEqual([0, ''])
    },
  )
})

describe('a chart', () => {
  const KEEP = { 'helm.sh/resource-policy': 'keep' }

  const rendered = (text: string): object[] =>
    text
      .split(/^---$/m)
      .map((part): { kind?: string } => parse(part) ?? {})
      .filter(({ kind }) => kind === 'CustomResourceDefinition')

  test.for(['m2m', 'm2m-crds'])('%s has the definition, and keeps it at uninstall', async (chart, { helm }) => {
    const { stdout } = await helm(['template', 'm2m', `charts/${chart}`])
    const { metadata, ...rest } = shippedDefinition()
    expect(rendered(stdout)).toEqual([{ ...rest, metadata: { ...metadata, annotations: KEEP } }])
    const free = await helm(['template', 'm2m', `charts/${chart}`, '--set', 'crds.keep=false'])
    expect(rendered(free.stdout)).toEqual([shippedDefinition()])
  })

  test('m2m leaves it to others where that is wished', async ({ helm }) => {
    const { stdout } = await helm(['template', 'm2m', 'charts/m2m', '--set', 'crds.enabled=false'])
    expect(rendered(stdout)).toEqual([])
  })

  test('lets editors of a namespace write policies, viewers read them, and nobody write a status', async ({
    cluster,
    policies,
    helm,
    namespace,
  }) => {
    const { stdout } = await helm(['template', 'm2m', 'charts/m2m', '--show-only', 'templates/user-roles.yaml'])
    const roles = stdout.split(/^---$/m).map((part): { rules?: object[]; metadata?: object } => parse(part) ?? {})
    const [editor = {}, viewer = {}] = roles.filter(({ rules }) => rules !== undefined)
    expect(editor.metadata).toMatchObject({ labels: { 'rbac.authorization.k8s.io/aggregate-to-edit': 'true' } })
    expect(viewer.metadata).toMatchObject({ labels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' } })
    const writer = await cluster.user('writer')
    const reader = await cluster.user('reader')
    await cluster.grant(namespace, writer, [...(editor.rules ?? []), ...(viewer.rules ?? [])])
    await cluster.grant(namespace, reader, viewer.rules ?? [])
    const path = policies.path.replace('default', namespace)
    const body = policy({ metadata: { name: 'p' }, spec: {} })
    await expect.poll(async () => (await cluster.as(writer).call('POST', path, { body })).status).toBeOneOf([201, 409])
    await expect.poll(async () => (await cluster.as(reader).call('GET', `${path}/p`)).status).toBe(200)
    expect((await cluster.as(reader).call('POST', path, { body })).status).toBe(403)
    const status = { body: { status: {} }, contentType: 'application/merge-patch+json' }
    expect((await cluster.as(writer).call('PATCH', `${path}/p/status`, status)).status).toBe(403)
    expect((await cluster.as(writer).call('POST', policies.path, { body })).status).toBe(403)
  })

  test.for(['m2m', 'm2m-crds'])('%s refuses a value that it does not know', async (chart, { helm }) => {
    const { code, stderr } = await helm(['template', 'm2m', `charts/${chart}`, '--set', 'crds.kep=true'])
    expect([code, stderr]).toEqual([1, expect.stringContaining('kep')])
  })

  test('both charts install this version of the product, and have one version of their own', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    const [m2m, crds] = ['m2m', 'm2m-crds'].map((chart) => parse(readFileSync(`charts/${chart}/Chart.yaml`, 'utf8')))
    expect(m2m).toMatchObject({ appVersion: version, version: expect.stringMatching(/^\d+\.\d+\.\d+$/) })
    expect(crds).toMatchObject({ appVersion: version, version: m2m.version })
  })
})

import { expect, test } from 'vitest'
import { namespacesIn, strangersIn, workloadsIn } from '../../../src/cli/inject/workloads.ts'

const TEMPLATE = { metadata: { labels: { app: 'api' } }, spec: { containers: [{ name: 'app' }] } }

test.each([
  ['v1', 'Pod', TEMPLATE, []],
  ['v1', 'ReplicationController', { spec: { template: TEMPLATE } }, ['spec', 'template']],
  ['apps/v1', 'Deployment', { spec: { template: TEMPLATE } }, ['spec', 'template']],
  ['apps/v1', 'ReplicaSet', { spec: { template: TEMPLATE } }, ['spec', 'template']],
  ['apps/v1', 'StatefulSet', { spec: { template: TEMPLATE } }, ['spec', 'template']],
  ['apps/v1', 'DaemonSet', { spec: { template: TEMPLATE } }, ['spec', 'template']],
  ['batch/v1', 'Job', { spec: { template: TEMPLATE } }, ['spec', 'template']],
  [
    'batch/v1',
    'CronJob',
    { spec: { jobTemplate: { spec: { template: TEMPLATE } } } },
    ['spec', 'jobTemplate', 'spec', 'template'],
  ],
])('%s %s has its template', (apiVersion, kind, members, path) => {
  const object = { apiVersion, kind, ...members, metadata: { ...TEMPLATE.metadata, name: 'api', namespace: 'shop' } }
  const [found, ...more] = workloadsIn(object)
  expect(found).toMatchObject({
    id: `${kind.toLowerCase()}/api`,
    namespace: 'shop',
    path,
    pod: { spec: TEMPLATE.spec },
  })
  expect(more).toEqual([])
})

test('a list has the workloads of its items, below their place', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', ...TEMPLATE }
  const list = { apiVersion: 'v1', kind: 'List', items: [{ kind: 'Service', apiVersion: 'v1' }, pod] }
  expect(workloadsIn(list).map(({ path }) => path)).toEqual([['items', 1]])
  expect(workloadsIn({ apiVersion: 'v1', kind: 'PodList', items: [pod] })).toHaveLength(1)
})

test.each([
  null,
  'Pod',
  [],
  { apiVersion: 'v1', kind: 'Service', spec: { template: TEMPLATE } },
  { apiVersion: 'batch.volcano.sh/v1alpha1', kind: 'Job', spec: { template: TEMPLATE } },
  { apiVersion: 'apps/v1', kind: 'Deployment', spec: null },
  { apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: 'none' },
  { kind: 'toString', apiVersion: 'constructor' },
])('what makes no pods has none: %j', (value) => {
  expect(workloadsIn(value)).toEqual([])
})

test('namespaces of a manifest are known with their labels', () => {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { a: 'b' } } }
  expect(namespacesIn({ kind: 'List', items: [namespace] })).toEqual([{ name: 'shop', labels: { a: 'b' } }])
  expect(namespacesIn({ kind: 'Namespace', metadata: { name: 'bare' } })).toEqual([{ name: 'bare', labels: {} }])
})

test('what others make pods of is named, and what Kubernetes knows is not', () => {
  const rollout = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'web' },
    spec: { template: TEMPLATE },
  }
  const known = { ...rollout, apiVersion: 'apps/v1', kind: 'Deployment' }
  const certificate = { ...rollout, kind: 'Certificate', spec: { template: { metadata: {} } } }
  expect(strangersIn({ kind: 'List', items: [rollout, known, certificate, null] })).toEqual(['rollout.argoproj.io/web'])
})

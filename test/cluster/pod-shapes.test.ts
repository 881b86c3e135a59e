/** Pods as people have them, before the webhook and the guard of the chart: each is made, with its sidecar. */

import { expect } from 'vitest'
import { ASKS, appPod, initContainersOf } from '../support/kube/injector.ts'
import { test } from '../support/kube/injector-test.ts'

const APP = { name: 'app', image: 'app:1' }
const WITH_SIDECAR = ['m2m-proxy Always']

const SHAPES: Readonly<Record<string, object>> = {
  'a port of ours on its node': { containers: [{ ...APP, ports: [{ containerPort: 80, hostPort: 4141 }] }] },
  'our ports, and the next ones': {
    containers: [{ ...APP, ports: [4141, 4142, 4241, 4242].map((containerPort) => ({ containerPort })) }],
  },
  'one process namespace': { shareProcessNamespace: true },
  'a user namespace': { hostUsers: false },
  'the process namespace of its node': { hostPID: true, hostIPC: true },
  'users and groups of its own': {
    securityContext: { runAsUser: 1000, runAsGroup: 1000, fsGroup: 2000, supplementalGroups: [3000] },
  },
  'profiles of its own': {
    securityContext: {
      appArmorProfile: { type: 'Localhost', localhostProfile: 'app' },
      seccompProfile: { type: 'Localhost', localhostProfile: 'app.json' },
    },
  },
  'a time to live': { activeDeadlineSeconds: 60, restartPolicy: 'Never' },
  'no token': { automountServiceAccountToken: false },
  'no links to services': { enableServiceLinks: false },
  'a gate before its node': { schedulingGates: [{ name: 'example.com/wait' }] },
  'a node already': { nodeName: 'node-0', tolerations: [{ operator: 'Exists' }] },
  'no time to end': { terminationGracePeriodSeconds: 0 },
  'its own resolver': { dnsPolicy: 'None', dnsConfig: { nameservers: ['2001:db8::53'] } },
  '100 containers': {
    containers: Array.from({ length: 100 }, (_, i) => ({
      name: `c-${i}`,
      image: 'app:1',
      env: Array.from({ length: 20 }, (_, j) => ({ name: `V_${j}`, value: 'x' })),
    })),
  },
  '65,536 characters in a variable': {
    containers: [{ ...APP, env: [{ name: 'LONG', value: '\u{1f600}'.repeat(65_536) }] }],
  },
  'an authority of a Secret that only root reads': {
    containers: [
      {
        ...APP,
        env: [{ name: 'SSL_CERT_FILE', value: '/ca/ca.pem' }],
        volumeMounts: [{ name: 'ca', mountPath: '/ca/ca.pem', subPath: 'ca.pem' }],
      },
    ],
    volumes: [{ name: 'ca', secret: { secretName: 'ca', defaultMode: 0o400 } }],
  },
  'volumes with our names': {
    volumes: ['m2m-policy', 'm2m-podinfo', 'm2m-keys'].map((name) => ({ name, emptyDir: {} })),
  },
}

test('pods of every shape are made, with one sidecar each', async ({ cluster: { api }, injector: _, namespace }) => {
  const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All&fieldValidation=Strict`
  for (const [shape, spec] of Object.entries(SHAPES)) {
    const { status, body } = await api.call('POST', path, { body: appPod({ generateName: 'pod-', ...ASKS }, spec) })
    expect([status, body['message']], shape).toEqual([201, undefined])
    expect(initContainersOf(body), shape).toEqual(WITH_SIDECAR)
  }
  const long = 'a'.repeat(253)
  expect(initContainersOf(await api.create(path, appPod({ name: long, ...ASKS })))).toEqual(WITH_SIDECAR)
})

test("a mesh's gateway is no application: it is made without a sidecar, and nobody refuses it", async ({
  cluster: { api },
  injector: _,
  namespace,
}) => {
  await api.merge(`/api/v1/namespaces/${namespace}`, { metadata: { labels: { 'm2m.io/inject': 'true' } } })
  const path = `/api/v1/namespaces/${namespace}/pods`
  const gateway = appPod({ generateName: 'gateway-' }, { containers: [{ name: 'istio-proxy', image: 'auto' }] })
  const status = async (): Promise<unknown> => {
    const { body } = await api.call('POST', `${path}?dryRun=All`, { body: gateway })
    return (body['metadata'] as { annotations?: Record<string, string> } | undefined)?.annotations?.['m2m.io/status']
  }
  await expect.poll(status).toMatch(/^skipped: NoContainers/)
})

test('what is done to a pod that runs is not ours to refuse: labels, and a container to debug it', async ({
  cluster: { api },
  injector: _,
  namespace,
}) => {
  const path = `/api/v1/namespaces/${namespace}/pods`
  // Made before anybody asked for a sidecar.
  await api.create(path, appPod({ name: 'old' }))
  await api.create(path, appPod({ name: 'new', ...ASKS }))
  for (const name of ['old', 'new']) {
    await api.merge(`${path}/${name}`, { metadata: { annotations: { 'm2m.io/inject': 'true', a: 'b' } } })
    const debug = { name: 'debugger', image: 'app:1', targetContainerName: 'app' }
    const { status, body } = await api.call('PATCH', `${path}/${name}/ephemeralcontainers`, {
      body: { spec: { ephemeralContainers: [debug] } },
      contentType: 'application/strategic-merge-patch+json',
    })
    expect([status, body['message']], name).toEqual([200, undefined])
    const { spec } = body as unknown as { spec: { ephemeralContainers: readonly { env?: unknown }[] } }
    expect(spec.ephemeralContainers[0]?.env).toBeUndefined()
  }
})

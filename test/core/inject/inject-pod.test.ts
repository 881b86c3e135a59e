/** The sidecar in a pod: where it stands, and what it has. */

import { expect, test } from 'vitest'
import { adminPortOf } from '../../../src/core/policy/documents.ts'
import { inject, injectRaw } from '../../support/inject/injecting.ts'
import { SETTINGS } from '../../support/inject/pods.ts'

const APP = { name: 'app', image: 'example.com/app:1' }
const names = (list: readonly { name: string }[] | undefined) => list?.map(({ name }) => name)

test('the sidecar is the first of the init containers, so that the others have it; lists that are missing come whole', () => {
  expect(names(inject().pod.spec?.initContainers)).toEqual(['m2m-proxy'])
  const { pod, env } = inject({ initContainers: [{ name: 'migrate', image: 'x' }] })
  expect(names(pod.spec?.initContainers)).toEqual(['m2m-proxy', 'migrate'])
  expect(env('migrate')['OPENAI_BASE_URL']).toBe('http://127.0.0.1:4141/openai/v1')
  expect(pod.spec?.initContainers?.[0]?.restartPolicy).toBe('Always')
})

test('a classic sidecar is the first of the containers, holds the next back, and outlives its application for a while', () => {
  const context = { settings: { ...SETTINGS, mode: 'Classic' as const } }
  const { pod, sidecar, env, notes } = inject({ initContainers: [{ name: 'migrate', image: 'x' }] }, { context })
  expect(names(pod.spec?.containers)).toEqual(['m2m-proxy', 'app'])
  expect(sidecar?.['lifecycle']).toHaveProperty('postStart.exec.command.2', expect.stringContaining('4142/readyz'))
  expect(sidecar?.['lifecycle']).toHaveProperty('preStop.exec.command.2', 'setTimeout(()=>{},5000)')
  expect(sidecar).not.toHaveProperty('restartPolicy')
  expect(env('m2m-proxy')['M2M_DRAIN_GRACE']).toBe('23s')
  expect(env('migrate')).toEqual({})
  expect(notes).toEqual(['RunsBeforeSidecar'])
})

test('the pod says what it is: label, status, versions, and the container that kubectl means', () => {
  const { metadata } = inject({ containers: [{ name: 'istio-proxy', image: 'x' }, APP] }).pod
  expect(metadata?.labels).toEqual({ 'm2m.io/injected': 'true' })
  expect(metadata?.annotations).toEqual({
    'm2m.io/inject': 'true',
    'm2m.io/status': 'injected',
    'm2m.io/bundle-version': '2',
    'm2m.io/static-hash': expect.stringMatching(/^[0-9a-f]{16}$/),
    'm2m.io/wiring-hash': expect.stringMatching(/^[0-9a-f]{16}$/),
    'kubectl.kubernetes.io/default-container': 'app',
  })
  const annotations = { 'kubectl.kubernetes.io/default-container': 'web' }
  expect(inject({}, { metadata: { annotations } }).pod.metadata?.annotations).toMatchObject(annotations)
})

test('the sidecar knows its pod, its policy and its workload', () => {
  const controller = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'api-7d4b9c', uid: 'u', controller: true }
  const { env } = inject({}, { metadata: { labels: { 'pod-template-hash': '7d4b9c' }, ownerReferences: [controller] } })
  expect(env('m2m-proxy')).toMatchObject({
    M2M_POLICY: '/etc/m2m/policy',
    M2M_POD_LABELS_PATH: '/etc/m2m/podinfo/labels',
    M2M_PROXY_MODE: 'Audit',
    M2M_ADMIN_HOST: '::',
    M2M_POD_NAMESPACE: { fieldRef: { fieldPath: 'metadata.namespace' } },
    M2M_POD_NAME: { fieldRef: { fieldPath: 'metadata.name' } },
    M2M_NODE_NAME: { fieldRef: { fieldPath: 'spec.nodeName' } },
    M2M_WORKLOAD_KIND: 'Deployment',
    M2M_WORKLOAD_NAME: 'api',
    M2M_DRAIN_GRACE: '5s',
    OTEL_SERVICE_NAME: 'sidecars',
  })
})

test.for([
  ['StatefulSet', 'db', 'StatefulSet', 'db'],
  ['ReplicaSet', 'lone', 'ReplicaSet', 'lone'],
  ['Job', 'report-29384756', 'CronJob', 'report'],
  ['Job', 'once', 'Job', 'once'],
  ['Job', 'Not A Name', undefined, undefined],
])('a pod of %s %s belongs to %s %s', ([kind = '', name = '', workloadKind, workload]) => {
  const ownerReferences = [{ apiVersion: 'x/v1', kind, name, uid: 'u', controller: true }]
  const env = inject({}, { metadata: { ownerReferences } }).env('m2m-proxy')
  expect([env['M2M_WORKLOAD_KIND'], env['M2M_WORKLOAD_NAME']]).toEqual([workloadKind, workload])
})

test('ports that a container declares are left to it', () => {
  const ports = [{ containerPort: 4141 }, { containerPort: 4142 }, { containerPort: 4242 }]
  const { env, pod } = inject({ containers: [{ ...APP, ports }] })
  expect(env('app')['OPENAI_BASE_URL']).toBe('http://127.0.0.1:4241/openai/v1')
  expect(env('m2m-proxy')).toMatchObject({ M2M_PROXY_PORT: '4241', M2M_ADMIN_PORT: '4342' })
  expect(adminPortOf(pod.spec as object)).toBe(4342)
})

test('volumes of a user keep their names and what they hold', () => {
  const mine = [{ name: 'm2m-policy', emptyDir: {} }]
  const { pod, sidecar } = inject({ volumes: mine })
  expect(pod.spec?.volumes?.[0]).toEqual(mine[0])
  const [policy] = (sidecar?.['volumeMounts'] ?? []) as { name: string; mountPath: string }[]
  expect(policy).toMatchObject({
    name: expect.stringMatching(/^m2m-policy-[0-9a-f]{8}$/),
    mountPath: '/etc/m2m/policy',
  })
  expect(names(pod.spec?.volumes)).toContain(policy?.name)
})

test('keys of providers come from their Secrets to the sidecar alone; one that is missing keeps no pod from starting', () => {
  const secretKeyRef = { name: 'llm', key: 'openai' }
  const policy = { providers: [{ name: 'openai', credentials: { mode: 'SecretRef' as const, secretKeyRef } }] }
  const { pod, sidecar } = inject({}, { context: { policy } })
  const items = [{ key: 'openai', path: 'openai' }]
  expect(pod.spec?.volumes).toContainEqual({
    name: 'm2m-keys',
    projected: { sources: [{ secret: { name: 'llm', items, optional: true } }], defaultMode: 0o644 },
  })
  expect(sidecar?.['volumeMounts']).toContainEqual({
    name: 'm2m-keys',
    mountPath: '/var/run/secrets/m2m.io/keys',
    readOnly: true,
  })
  expect(JSON.stringify(pod.spec?.containers)).not.toContain('m2m-keys')
})

test("a user's container m2m-proxy without an image is words about ours: they go first, and ours fill in", () => {
  const user = {
    name: 'm2m-proxy',
    env: [{ name: 'M2M_LOG_LEVEL', value: 'debug' }],
    resources: { requests: { memory: '1Gi' } },
    securityContext: { runAsUser: 1000 },
    volumeMounts: [{ name: 'cas', mountPath: '/etc/cas' }],
    startupProbe: { tcpSocket: { port: 1 } },
  }
  const { pod, sidecar, env } = inject({ initContainers: [{ name: 'a', image: 'x' }, user] })
  expect(names(pod.spec?.initContainers)).toEqual(['a', 'm2m-proxy'])
  expect(sidecar).toMatchObject({ image: SETTINGS.image, restartPolicy: 'Always', startupProbe: user.startupProbe })
  expect(sidecar?.['securityContext']).toMatchObject({
    runAsUser: 1000,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
  })
  expect(sidecar?.['resources']).toEqual({ requests: { memory: '1Gi', cpu: '20m' }, limits: { memory: '1Gi' } })
  expect(env('m2m-proxy')).toMatchObject({ M2M_LOG_LEVEL: 'debug', M2M_POLICY: '/etc/m2m/policy' })
  expect(sidecar?.['volumeMounts']).toContainEqual({ name: 'cas', mountPath: '/etc/cas' })
  // It does not run yet when the first one does.
  expect(env('a')).toEqual({})
})

test('what the API server fills into those words before us is no word of the user', () => {
  const served = { terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' }
  const auto = { name: 'm2m-proxy', image: 'auto', imagePullPolicy: 'Always', ...served }
  const ours = { imagePullPolicy: SETTINGS.imagePullPolicy, terminationMessagePolicy: 'FallbackToLogsOnError' }
  expect(inject({ initContainers: [auto] }).sidecar).toMatchObject(ours)
  expect(inject({ initContainers: [{ ...auto, imagePullPolicy: 'Never' }] }).sidecar).toMatchObject({
    imagePullPolicy: 'Never',
  })
})

test.for([
  [{ privileged: true }, ['allowPrivilegeEscalation']],
  [{ capabilities: { add: ['CAP_SYS_ADMIN'] } }, ['allowPrivilegeEscalation']],
  [{ runAsUser: 0 }, ['runAsNonRoot']],
  [{ runAsUser: 1000 }, []],
] as const)('beside %j of a user there is nothing that contradicts it', ([securityContext, without]) => {
  const { sidecar } = inject({ initContainers: [{ name: 'm2m-proxy', securityContext }] })
  const result = sidecar?.['securityContext'] as Readonly<Record<string, unknown>>
  expect(result).toMatchObject({ seccompProfile: { type: 'RuntimeDefault' }, ...securityContext })
  const members = ['allowPrivilegeEscalation', 'runAsNonRoot']
  expect(members.filter((member) => result[member] === undefined)).toEqual(without)
})

test('an init container m2m-proxy stays, whatever its own words say: the API server takes no probes otherwise', () => {
  for (const restartPolicy of ['Never', 'OnFailure']) {
    const words = { name: 'm2m-proxy', restartPolicy }
    expect(inject({ initContainers: [words] }).sidecar).toMatchObject({ restartPolicy: 'Always' })
    expect(inject({ containers: [APP, words] }).sidecar).toMatchObject({ restartPolicy })
  }
})

test("a profile of AppArmor that is the application's is not the sidecar's", () => {
  const own = { type: 'Localhost', localhostProfile: 'of-the-application' }
  const profileUnder = (appArmorProfile: object | undefined): unknown =>
    Object(inject({ securityContext: { appArmorProfile } }).sidecar?.['securityContext']).appArmorProfile
  expect(profileUnder(own)).toEqual({ type: 'RuntimeDefault' })
  expect(profileUnder({ type: 'Unconfined' })).toBeUndefined()
  expect(profileUnder(undefined)).toBeUndefined()
})

test('a container m2m-proxy with an image that is not ours is left as it is', () => {
  const spec = { initContainers: [{ name: 'm2m-proxy', image: 'mine:1' }], containers: [APP] }
  const { injection, pod } = inject(spec)
  expect(injection).toMatchObject({ result: 'skipped', reason: 'SidecarPresent' })
  expect(pod.spec).toEqual(spec)
})

test('23: what another webhook has taken from our container comes back', () => {
  const { pod } = inject({ initContainers: [{ name: 'migrate', image: 'x' }] })
  const stripped = structuredClone<unknown>(pod) as {
    spec: { initContainers: Record<string, unknown>[]; volumes: unknown[] }
  }
  const [sidecar = {}] = stripped.spec.initContainers
  delete sidecar['restartPolicy']
  delete sidecar['startupProbe']
  sidecar['env'] = (sidecar['env'] as unknown[]).slice(2)
  stripped.spec.volumes = []
  const again = injectRaw(stripped as object)
  const sorted = (list: unknown) =>
    JSON.stringify([...(list as { name: string }[])].sort((a, b) => (a.name < b.name ? -1 : 1)))
  expect(again.sidecar).toMatchObject({ restartPolicy: 'Always', startupProbe: { periodSeconds: 1 } })
  expect(sorted(again.sidecar?.env)).toBe(sorted(pod.spec?.initContainers?.[0]?.env))
  expect(again.pod.spec?.volumes).toEqual(pod.spec?.volumes)
})

/** Pods of all kinds, for properties of the injection: such as the API server takes, and such as it never would. */

import fc from 'fast-check'
import type { InjectContext, RawContainer, RawPod } from '../../../src/core/inject/index.ts'
import type { PolicySpec } from '../../../src/core/policy/documents.ts'

/** Values of fields that no version of Kubernetes has yet. */
const FUTURE = fc.constantFrom<unknown>({ a: [1, { b: null }] }, 'text', 1.5, [[]], false)

const VARIABLES = [
  ...['OPENAI_BASE_URL', 'ANTHROPIC_BASE_URL', 'GROQ_BASE_URL', 'GOOGLE_GEMINI_BASE_URL', 'OPENAI_API_KEY'],
  ...['AZURE_OPENAI_ENDPOINT', 'AZURE_OPENAI_API_KEY', 'AWS_BEARER_TOKEN_BEDROCK', 'AWS_ENDPOINT_URL_BEDROCK_RUNTIME'],
  ...[
    'HTTPS_PROXY',
    'http_proxy',
    'ALL_PROXY',
    'NO_PROXY',
    'no_proxy',
    'PROXY_USER',
    'MY_LLM_URL',
    'A.B',
    'SSL_CERT_FILE',
  ],
]

const LITERALS = [
  ...[
    '',
    '/data/ca.pem',
    'http://127.0.0.1:4141/openai/v1',
    'https://api.example/v1',
    'http://$(PROXY_USER)@proxy.example:3128',
  ],
  ...['socks5://proxy.example:1', '10.0.0.0/8,127.0.0.1', '*', 'http://proxy.example:3128', '\u{1f600}"\\'],
]

const valueFrom = fc.constantFrom(
  { secretKeyRef: { name: 'keys', key: 'k', optional: true } },
  { configMapKeyRef: { name: 'c', key: 'k', optional: true } },
  { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } },
  { resourceFieldRef: { resource: 'limits.cpu' } },
)

const variable = fc.oneof(
  fc.record({ name: fc.constantFrom(...VARIABLES), value: fc.constantFrom(...LITERALS) }),
  fc.record({ name: fc.constantFrom(...VARIABLES), valueFrom }),
  fc.record({ name: fc.constantFrom(...VARIABLES) }),
)

const quantities = fc.record(
  { cpu: fc.constantFrom('100m', '1'), memory: fc.constantFrom('128Mi', '1Gi') },
  { requiredKeys: [] },
)

const resources = fc.oneof(
  fc.constant({}),
  fc.record({ requests: quantities }),
  fc.record({ limits: quantities }),
  fc.constant({ requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } }),
)

const port = fc.record(
  {
    containerPort: fc.constantFrom(80, 4141, 4142, 4241),
    name: fc.constantFrom('http', 'm2m-admin'),
    protocol: fc.constant('TCP'),
  },
  { requiredKeys: ['containerPort', 'protocol'] },
)

const mount = fc.constantFrom(
  { name: 'data', mountPath: '/data' },
  { name: 'data', mountPath: '/etc/m2m/policy' },
  { name: 'm2m-policy', mountPath: '/mine' },
)

const NAMES = [
  'app',
  'worker',
  'web',
  'istio-init',
  'istio-proxy',
  'linkerd-proxy',
  'linkerd-init',
  'm2m-proxy',
  'vault-agent',
]

const OPTIONAL = {
  env: fc.array(variable, { maxLength: 5 }),
  envFrom: fc.constantFrom([], [{ secretRef: { name: 'all', optional: true } }]),
  resources,
  ports: fc.uniqueArray(port, { maxLength: 2, selector: ({ containerPort, name }) => name ?? containerPort }),
  volumeMounts: fc.uniqueArray(mount, { maxLength: 2, selector: ({ mountPath }) => mountPath }),
  securityContext: fc.constantFrom({ runAsUser: 1000 }, { capabilities: { drop: ['ALL'] } }, {}),
}

const names = fc.constantFrom(...NAMES)
const image = fc.constantFrom('example.com/app:1', 'm2m/sidecar:1')

const container = fc.record({ name: names, image, ...OPTIONAL }, { requiredKeys: ['name', 'image'] })
const override = fc.record(
  { name: fc.constant('m2m-proxy'), image: fc.constant('auto'), ...OPTIONAL },
  { requiredKeys: ['name'] },
)

function containers(minLength: number, isHostile: boolean) {
  const one = fc.oneof({ weight: 12, arbitrary: container }, { weight: 1, arbitrary: override })
  const hostile = fc.tuple(one, fc.constantFrom('', 'envNull', 'future')).map(([each, twist]) => ({
    ...each,
    ...(twist === 'envNull' && { env: null, ports: null, volumeMounts: null }),
    ...(twist === 'future' && { futureField: { raw: [1, 2] } }),
  }))
  return fc.array<object>(isHostile ? hostile : one, { minLength, maxLength: 5 })
}

const initContainers = (isHostile: boolean) =>
  fc
    .array(fc.tuple(containers(1, isHostile), fc.constantFrom(undefined, 'Always')), { maxLength: 2 })
    .map((groups) =>
      groups.flatMap(([group, restartPolicy]) =>
        group.map((each) => (restartPolicy === undefined ? each : { ...each, restartPolicy })),
      ),
    )

const volume = fc.constantFrom<{ name: string }>(
  ...['data', 'm2m-policy', 'm2m-podinfo', 'm2m-keys'].map((name) => ({ name, emptyDir: {} })),
  { name: 'm2m-policy', configMap: { name: 'm2m-bundle', optional: true, defaultMode: 420 } } as { name: string },
)

const ANNOTATIONS = {
  'm2m.io/inject': ['true', 'true', 'false', 'yes', ''],
  'm2m.io/cpu': ['50m', '2', 'abc', '-1', '0.0001', ''],
  'm2m.io/memory': ['128Mi', '1', '99999999999Gi', 'x'.repeat(5000)],
  'm2m.io/cpu-limit': ['10m', '4', '1e3'],
  'm2m.io/memory-limit': ['64Mi', '2Gi', '128M', '0'],
  'm2m.io/log-level': ['debug', 'loud'],
  'm2m.io/containers': ['app', 'app, web', ' , ', 'nobody', `${'a,'.repeat(100_000)}`],
  'm2m.io/status': ['injected', 'skipped: HostNetwork: x'],
  'kubectl.kubernetes.io/default-container': ['worker'],
  'linkerd.io/inject': ['enabled'],
  'example.com/other': ['1'],
}

const annotations = fc.record(
  Object.fromEntries(Object.entries(ANNOTATIONS).map(([name, all]) => [name, fc.constantFrom(...all)])),
  { requiredKeys: [] },
)

const metadata = fc.record(
  {
    generateName: fc.constant('api-7d4b9c-'),
    annotations,
    labels: fc.constantFrom<Record<string, string>>(
      {},
      { 'pod-template-hash': '7d4b9c', app: 'api' },
      { 'm2m.io/inject': 'true' },
    ),
    ownerReferences: fc.constantFrom([
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'api-7d4b9c', uid: 'u', controller: true },
    ]),
    futureMeta: FUTURE,
  },
  { requiredKeys: [] },
)

/** Whatever JSON may hold: names twice, null for lists, fields that nobody knows, hundreds of kilobytes of annotations. */
export const hostilePods: fc.Arbitrary<RawPod> = fc.record(
  {
    metadata,
    spec: fc.record(
      {
        containers: containers(0, true),
        initContainers: fc.oneof(initContainers(true), fc.constant(null)),
        volumes: fc.oneof(fc.array(volume, { maxLength: 3 }), fc.constant(null)),
        hostNetwork: fc.constantFrom(false, false, false, true),
        restartPolicy: fc.constantFrom('Always', 'Never'),
        terminationGracePeriodSeconds: fc.constantFrom(0, 1, 30, 3600),
        resources: fc.constant({ requests: { cpu: '1' } }),
        futureSpec: FUTURE,
      },
      { requiredKeys: ['containers'] },
    ),
    futurePod: FUTURE,
  },
  { requiredKeys: ['spec'] },
) as fc.Arbitrary<RawPod>

/** Such as a workload's controller makes, with the fields of today. Names are different, and volumes that are mounted exist. */
export const likelyPods: fc.Arbitrary<RawPod> = fc
  .record({
    annotations,
    labels: fc.constantFrom<Record<string, string>>({}, { app: 'api' }),
    containers: containers(1, false),
    initContainers: initContainers(false),
    volumes: fc.uniqueArray(volume, { maxLength: 3, selector: ({ name }) => name }),
    grace: fc.constantFrom(undefined, 1, 30),
    whole: fc.constantFrom(undefined, undefined, undefined, { requests: { cpu: '9', memory: '9Gi' } }),
  })
  .map(({ annotations: all, labels, grace, whole, ...lists }) => {
    const seen = new Set<string>()
    const isNew = ({ name }: { readonly name: string }) => !seen.has(name) && seen.add(name) !== undefined
    const given = {
      containers: lists.containers as { name: string }[],
      inits: lists.initContainers as { name: string }[],
    }
    const kept = given.containers.filter(isNew)
    const inits = given.inits.filter(isNew)
    const volumes = [...lists.volumes, ...['data', 'm2m-policy'].map((name) => ({ name, emptyDir: {} }))]
    return {
      metadata: { annotations: { ...all, 'm2m.io/inject': 'true' }, labels },
      spec: {
        containers: kept.some(({ name }) => name === 'app')
          ? kept
          : [{ name: 'app', image: 'example.com/app:1' }, ...kept.filter(({ name }) => name !== 'app')],
        initContainers: inits.filter(({ name }) => name !== 'app'),
        volumes: [...new Map(volumes.map((each) => [each.name, each])).values()],
        ...(grace !== undefined && { terminationGracePeriodSeconds: grace }),
        ...(whole !== undefined && { resources: whole }),
      },
    } as RawPod
  })

const policies = fc.constantFrom<PolicySpec | undefined>(
  undefined,
  {},
  {
    compression: { mode: 'Disabled' },
    sidecar: { logLevel: 'debug', resources: { limits: { memory: '64Mi', cpu: 1 } } },
  },
  {
    providers: [
      {
        name: 'azure',
        baseURL: 'https://r.openai.azure.com',
        credentials: { mode: 'SecretRef', secretKeyRef: { name: 's', key: 'k' } },
      },
      { name: 'bedrock', baseURL: 'https://bedrock-runtime.eu-west-1.amazonaws.com' },
      { name: 'vllm', baseURL: 'https://vllm.example/v1', envVars: ['MY_LLM_URL', 'OPENAI_BASE_URL'] },
    ],
  },
)

export const contexts: fc.Arbitrary<InjectContext> = fc
  .record({ policy: policies, mode: fc.constantFrom('Native', 'Native', 'Classic') })
  .map(({ policy, mode }) => ({
    namespace: { name: 'shop', labels: { 'm2m.io/inject': 'true' } },
    policy,
    settings: { ...SETTINGS, mode },
  }))

export const SETTINGS = {
  image: 'example.com/m2m-sidecar:1',
  imagePullPolicy: 'IfNotPresent',
  mode: 'Native',
  resources: { requests: { cpu: '20m', memory: '96Mi' }, limits: { memory: '256Mi' } },
  env: { OTEL_SERVICE_NAME: 'sidecars' },
} as const satisfies InjectContext['settings']

/** As a namespace with the restricted pod security standard takes it; what a user has said of the sidecar included. */
export function hardened(pod: RawPod): RawPod {
  const { spec = {} } = pod
  const harden = (containers: readonly RawContainer[]) =>
    containers.map((each) => (each.image === undefined ? withoutUser(each) : { ...each, securityContext: RESTRICTED }))
  return {
    ...pod,
    spec: {
      ...spec,
      containers: harden(spec.containers ?? []),
      initContainers: harden(spec.initContainers ?? []),
    },
  }
}

const RESTRICTED = {
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
}

function withoutUser({ securityContext: _, ...rest }: RawContainer): RawContainer {
  return rest as RawContainer
}

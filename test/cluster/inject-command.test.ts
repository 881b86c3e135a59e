/** `m2m inject` as a person runs it: what it prints is what an API server takes, strictly, and what the webhook makes. */

import { expect } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { m2m } from '../support/kube/cli.ts'
import { test } from '../support/kube/kubectl.ts'
import { createNamespace, removeNamespace } from '../support/kube/namespaces.ts'
import { createPolicy } from '../support/kube/policies.ts'
import { installPolicyDefinition } from '../support/kube/policy-definition.ts'

const ASKS = 'annotations: { m2m.io/inject: "true" }'

/** Every kind that makes pods, in the notation in which people write them. */
const WORKLOADS = `# The shop.
apiVersion: v1
kind: Pod
metadata:
  name: pod
  ${ASKS}
spec:
  containers: [{ name: app, image: app }]
---
${['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'].map((kind) => workload('apps/v1', kind)).join('---\n')}---
${workload('v1', 'ReplicationController')}---
apiVersion: batch/v1
kind: Job
metadata: { name: job }
spec:
  template: { metadata: { ${ASKS} }, spec: { restartPolicy: Never, containers: [ { name: app, image: app } ] } }
---
apiVersion: v1
kind: List
items:
- apiVersion: batch/v1
  kind: CronJob
  metadata: { name: cron }
  spec:
    schedule: "0 * * * *"
    jobTemplate:
      spec:
        template:
          metadata: { ${ASKS} }
          spec:
            restartPolicy: OnFailure
            containers:
            - name: app
              image: app
              env:
              - name: OPENAI_API_KEY
                value: none
---
apiVersion: v1
kind: Service
metadata: { name: api }
spec: { ports: [{ port: 80 }], selector: { app: api } }
`

function workload(apiVersion: string, kind: string): string {
  const selector = apiVersion === 'v1' ? '{ app: api }' : '{ matchLabels: { app: api } }'
  return `apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: ${kind.toLowerCase()} # a name
spec:
  selector: ${selector}
  template:
    metadata:
      labels: { app: api }
      ${ASKS}
    spec:
      initContainers:
      - name: migrate
        image: app
      containers:
      # The application.
      - name: app
        image: app
        securityContext:
          runAsNonRoot: true
      volumes:
      - name: files
        secret: { secretName: files, defaultMode: 0640 }
`
}

test('every kind that makes pods is printed as the API server takes it, and again changes nothing', async ({
  cluster,
  namespace,
  kubectl,
}) => {
  const args = ['inject', '-f', '-', '--image', 'm2m-sidecar:1', '-n', namespace]
  const first = await m2m(cluster, args, { stdin: WORKLOADS })
  expect(first.code, first.stderr).toBe(0)
  const injected = [...first.stderr.matchAll(/^([a-z]+\/[a-z]+): injected$/gm)].map(([, id]) => id)
  expect(injected).toEqual([
    'pod/pod',
    'deployment/deployment',
    'replicaset/replicaset',
    'statefulset/statefulset',
    'daemonset/daemonset',
    'replicationcontroller/replicationcontroller',
    'job/job',
    'cronjob/cron',
  ])
  expect(first.stdout).toContain('# The application.')
  expect(first.stdout).toContain('defaultMode: 0640')

  const applied = await kubectl(
    ['apply', '-n', namespace, '--dry-run=server', '--validate=strict', '-f', '-'],
    first.stdout,
  )
  expect([applied.stderr.replace(/^Warning: would violate PodSecurity.*$/gm, ''), applied.code]).toEqual(['', 0])
  expect(applied.stdout.trim().split('\n')).toHaveLength(9)

  const again = await m2m(cluster, args, { stdin: first.stdout })
  expect(again.stdout).toBe(first.stdout)
  expect(again.stderr).toContain('deployment/deployment: has its sidecar already')
})

test('the policy of the cluster decides, by the labels of the template', async ({ cluster, namespace }) => {
  await installPolicyDefinition(cluster.api)
  await createPolicy(cluster.api, namespace, 'api', {
    selector: { matchLabels: { app: 'api' } },
    sidecar: { resources: { requests: { memory: '123Mi' } } },
  })
  const manifest = workload('apps/v1', 'Deployment')
  const told = await m2m(cluster, ['inject', '-f', '-', '-n', namespace], { stdin: manifest })
  expect(told.code, told.stderr).toBe(0)
  expect(memoryOf(told.stdout)).toBe('123Mi')
  // It has not been installed here.
  expect(told.stderr).toContain('note: the settings of the injector in namespace m2m-system are not known')
  const other = await m2m(cluster, ['inject', '-f', '-', '-n', 'default'], { stdin: manifest })
  expect(memoryOf(other.stdout)).not.toBe('123Mi')
})

test('the settings of the injector of the cluster hold, and its namespace labels', async ({ cluster, namespace }) => {
  await installPolicyDefinition(cluster.api)
  const env = [
    { name: 'M2M_INJECTOR_SIDECAR_IMAGE', value: 'registry.example/m2m:7' },
    { name: 'M2M_INJECTOR_SIDECAR_LIMITS', value: '{"memory":"301Mi"}' },
  ]
  await cluster.api.create(`/apis/apps/v1/namespaces/${namespace}/deployments`, {
    metadata: { name: 'm2m-injector' },
    spec: {
      selector: { matchLabels: { app: 'injector' } },
      template: {
        metadata: { labels: { app: 'injector' } },
        spec: { containers: [{ name: 'injector', image: 'm2m', env }] },
      },
    },
  })
  const stdin = 'apiVersion: v1\nkind: Pod\nmetadata: {name: api}\nspec: {containers: [{name: app, image: app}]}\n'
  const asking = `${namespace}-b`
  await createNamespace(cluster.api, asking, { 'm2m.io/inject': 'true' })
  const told = await m2m(cluster, ['inject', '-f', '-', '-n', asking, '--operator-namespace', namespace], {
    stdin,
  })
  expect([told.stderr, told.code]).toEqual(['pod/api: injected\n', 0])
  expect(told.stdout).toContain('image: registry.example/m2m:7')
  expect(told.stdout).toContain('301Mi')
  await removeNamespace(cluster.api, asking)
})

function memoryOf(text: string): unknown {
  const value = parseAllDocuments(text)[0]?.toJS()
  const { initContainers } = value.spec.template.spec
  return initContainers.find(({ name }: { name: string }) => name === 'm2m-proxy')?.resources.requests.memory
}

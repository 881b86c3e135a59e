/** The `test` of tests of the injector's certificates: replicas in this process, with the permissions that the chart grants. */

import { randomBytes } from 'node:crypto'
import { connect } from 'node:tls'
import { createFiles, type FilesTimes } from '../../../operator/injector/tls/files.ts'
import { createOwnCa, type OwnCaTimes } from '../../../operator/injector/tls/own-ca.ts'
import { createKubeClient } from '../../../src/kube/index.ts'
import { type CertifiedWebhook, startCertifiedWebhook } from './certified-webhook.ts'
import type { Cluster, KubeUser } from './cluster.ts'
import { test as clusterTest } from './cluster-test.ts'
import { createNamespace, removeNamespace } from './namespaces.ts'
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts'
import { removeWebhookConfiguration } from './webhook-configuration.ts'

export interface Replica extends CertifiedWebhook {
  /** Between it and the API server. */
  readonly proxy: RecordingProxy
  /** What it has written, in order. */
  readonly changes: readonly string[]
  readonly faults: readonly string[]
  isLeading(): boolean
}

export interface ReplicaOptions {
  readonly times?: Partial<OwnCaTimes & FilesTimes>
  /** Certificates come from there. */
  readonly folder?: string
}

interface Fixtures {
  /** The namespace of the injector. */
  home: string
  account: KubeUser
  /** Replicas of an injector; all end with the test. */
  start(options?: ReplicaOptions): Promise<Replica>
}

/** A fifth of the times in the field. */
const LEASE = { durationMs: 3_000, renewDeadlineMs: 2_000, retryMs: 400 }

const TIMES = { lifeMs: 3_600_000, leafMs: 600_000, pauseMs: 1_000, minLeftMs: 500, pollMs: 500, graceMs: 3_000 }

export const test = clusterTest.extend<Fixtures>({
  home: async ({ cluster }, use) => {
    const name = `m2m-${randomBytes(4).toString('hex')}`
    await createNamespace(cluster.api, name)
    await use(name)
    await removeWebhookConfiguration(cluster.api)
    await removeNamespace(cluster.api, name)
  },
  account: async ({ cluster, home }, use) => {
    const account = await cluster.serviceAccount(home, 'm2m-injector')
    await cluster.grant(home, account, [
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
      named('coordination.k8s.io', 'leases', 'm2m-injector', ['get', 'update']),
      { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
      named('', 'secrets', 'm2m-injector-ca', ['get', 'list', 'watch', 'update']),
    ])
    const verbs = ['get', 'list', 'watch', 'patch']
    await cluster.grant(undefined, account, [
      named('admissionregistration.k8s.io', 'mutatingwebhookconfigurations', 'm2m-injector', verbs),
    ])
    await use(account)
  },
  start: async ({ cluster, home, account }, use) => {
    const replicas: Replica[] = []
    await use(async (options = {}) => {
      const replica = await startReplica(cluster, { home, account, ...options })
      replicas.push(replica)
      return replica
    })
    await Promise.all(replicas.map((replica) => replica.close()))
  },
})

function named(group: string, resource: string, name: string, verbs: readonly string[]): object {
  return { apiGroups: [group], resources: [resource], resourceNames: [name], verbs }
}

async function startReplica(
  cluster: Cluster,
  { home, account, times, folder }: ReplicaOptions & { readonly home: string; readonly account: KubeUser },
): Promise<Replica> {
  const proxy = await startRecordingProxy(cluster)
  const config = cluster.kubeConfig({ url: proxy.url, user: account })
  const client = createKubeClient(config)
  const leaseClient = createKubeClient(config)
  const changes: string[] = []
  const faults: string[] = []
  const options = {
    client,
    leaseClient,
    namespace: home,
    podName: 'injector',
    names: ['127.0.0.1'],
    times: { ...TIMES, ...times },
    lease: LEASE,
    hooks: {
      onChange: (change: string) => void changes.push(change),
      onFault: (resource: string, error: unknown) => void faults.push(`${resource}: ${error}`),
    },
  }
  const own = folder === undefined ? createOwnCa(options) : undefined
  const source = own ?? createFiles({ ...options, folder: folder ?? '' })
  const webhook = await startCertifiedWebhook(source)
  return {
    ...webhook,
    proxy,
    changes,
    faults,
    isLeading: () => own?.isLeading === true,
    async close() {
      await webhook.close()
      await Promise.all([client.close(), leaseClient.close()])
      await proxy.close()
    },
  }
}

/** The issuer and the serial number of the certificate that a replica shows to a new connection. */
export function shownBy({ port }: Pick<Replica, 'port'>): Promise<{ issuer: string; serial: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      const { issuer, serialNumber } = socket.getPeerCertificate()
      socket.destroy()
      resolve({ issuer: String(issuer.CN), serial: serialNumber })
    })
    socket.on('error', reject)
  })
}

export interface Load {
  /** So far. */
  readonly created: number
  /** Messages of the API server, each once. */
  readonly failures: ReadonlySet<string>
  /** @returns pods in a second */
  end(): Promise<number>
}

/** More of them at a time would only wait for each other. */
const MAX_RUNNING = 25

/** Pods at a steady pace; on a busy machine at that of the API server. */
export function createLoad({ api }: Cluster, namespace: string, perSecond = 50): Load {
  const began = performance.now()
  const running = new Set<Promise<void>>()
  const failures = new Set<string>()
  let created = 0
  let sent = 0
  const createPod = async (): Promise<void> => {
    const body = { metadata: { generateName: 'load-' }, spec: { containers: [{ name: 'app', image: 'app' }] } }
    const { status, body: answer } = await api.call('POST', `/api/v1/namespaces/${namespace}/pods`, { body })
    if (status === 201) created++
    else failures.add(String(answer['message']))
  }
  const timer = setInterval(() => {
    // By the clock: timers of a busy process are late.
    for (; sent < ((performance.now() - began) * perSecond) / 1_000 && running.size < MAX_RUNNING; sent++) {
      const one = createPod().catch((error) => void failures.add(String(error)))
      running.add(one)
      void one.finally(() => running.delete(one))
    }
  }, 1_000 / perSecond)
  return {
    get created() {
      return created
    },
    failures,
    async end() {
      clearInterval(timer)
      await Promise.all(running)
      return (created * 1_000) / (performance.now() - began)
    },
  }
}

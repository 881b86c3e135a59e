/** Puts the operator together and starts it: watches at once, writes only while it holds the lease. */

import { randomBytes } from 'node:crypto'
import type { KubeConfig } from '@kubernetes/client-node'
import type { Logger } from 'pino'
import { VERSION } from '../src/core/version.ts'
import { createKubeClient, type KubeClient } from '../src/kube/index.ts'
import type { OperatorConfig } from './config.ts'
import { type Controller, createController } from './controller/controller.ts'
import type { Observe } from './controller/deps.ts'
import { createFaultLog } from './faults.ts'
import { type HealthServer, serveHealth } from './http.ts'
import { createEventRecorder, createLease, fenced } from './kube/index.ts'
import { createOperatorMetrics, type OperatorMetrics } from './metrics.ts'
import { createAskSidecar } from './pods/ask-sidecar.ts'
import { createLooks } from './pods/looks.ts'
import { createNudge } from './pods/nudge.ts'
import { inSpan } from './tracing.ts'
import { createWatches, type Watches } from './watches.ts'

export interface Operator {
  /** Of health and metrics. */
  readonly port: number
  /** Resolves when the lease was lost: the process must end, because another one writes now. */
  readonly lost: Promise<void>
  readonly isLeading: boolean
  /** All that waits has been done (tests). */
  idle(): Promise<void>
  /** Finishes the writes in hand, gives the lease back. */
  close(): Promise<void>
}

const LEASE_NAME = 'm2m-operator'

/** @throws M2MError PORT_IN_USE */
export async function startOperator(config: OperatorConfig, kubeConfig: KubeConfig, log: Logger): Promise<Operator> {
  const metrics = createOperatorMetrics()
  const onAnswer = ({ method, status }: { method: string; status: number }): void =>
    metrics.record('m2m_operator_api_requests', 1, method, String(status))
  const userAgent = `m2m-operator/${VERSION}`
  const client = createKubeClient(kubeConfig, { userAgent, onAnswer })
  // Renewals wait for no other call.
  const leaseClient = createKubeClient(kubeConfig, { userAgent, onAnswer })
  const namespace = config.namespace ?? client.namespace
  const faults = createFaultLog(log)
  const lost = Promise.withResolvers<void>()
  let isClosing = false

  const lease = createLease({
    client: leaseClient,
    namespace,
    name: LEASE_NAME,
    identity: `${config.podName}_${randomBytes(4).toString('hex')}`,
    ...config.lease,
    onStartedLeading: () => void lead(),
    onStoppedLeading: () => {
      metrics.record('m2m_operator_leading', 0)
      if (!isClosing) lost.resolve()
    },
    onFault: (error) => faults('leases', error),
  })
  const writing = fenced(client, () => lease.isHeld())
  const parts = createParts({ config, namespace, writing, metrics, log, faults })
  const { controller, looks, nudge, events, ask } = parts
  const watches = createWatches({
    client,
    changes: controller.changes,
    operatorNamespace: namespace,
    hooks: (resource) => watchHooks(resource, metrics, faults),
  })
  let isSynced = false
  void watches.synced.then((synced) => {
    isSynced = synced
  })
  const lead = async (): Promise<void> => {
    metrics.record('m2m_operator_leading', 1)
    log.info({ namespace }, 'leading: this replica writes')
    if (!(await watches.synced) || isClosing) return
    // Before the first status: a pod that is yet to be asked keeps what is known of it.
    looks.start()
    controller.start()
    log.info('in step with the cluster')
  }
  const health = await openHealth(config, { watches, metrics, controller, isSynced: () => isSynced })
  metrics.record('m2m_operator_leading', 0)
  log.info({ version: VERSION, namespace, port: health.port }, 'operator started')
  watches.start()
  lease.start()
  return {
    port: health.port,
    lost: lost.promise,
    get isLeading() {
      return lease.isHeld()
    },
    idle: () => controller.idle(),
    async close() {
      isClosing = true
      nudge?.stop()
      await Promise.all([controller.stop(), looks.stop(), watches.stop()])
      await events.close()
      await lease.stop()
      await Promise.all([health.close(), ask.close(), client.close(), leaseClient.close()])
    },
  }
}

interface PartsOptions {
  readonly config: OperatorConfig
  readonly namespace: string
  /** Fenced by the lease. */
  readonly writing: KubeClient
  readonly metrics: OperatorMetrics
  readonly log: Logger
  readonly faults: (resource: string, error: unknown) => void
}

/** What acts while the lease is held. */
function createParts({ config, writing, metrics, log, faults }: PartsOptions) {
  const events = createEventRecorder(writing, {
    controller: 'm2m.io/operator',
    instance: config.podName,
    onFault: (error) => faults('events', error),
  })
  const ask = createAskSidecar()
  const looks = createLooks({
    ask: ask.ask,
    ...config.looks,
    pods: () => controller.pods(),
    onNews: (namespace) => controller.looked(namespace),
    onLook: (result) => metrics.record('m2m_operator_looks', 1, result),
  })
  const nudge = config.hotReload.nudge
    ? createNudge({
        client: writing,
        perSecond: config.hotReload.perSecond,
        onNudge: (result) => metrics.record('m2m_operator_nudges', 1, result),
        onFault: (error) => faults('nudges', error),
      })
    : undefined
  const controller = createController({
    client: writing,
    events,
    log,
    observe: observeBy(metrics),
    reportOf: looks.reportOf,
    onBundle(namespace, rev) {
      looks.soon(namespace)
      nudge?.tell(namespace, controller.podsOf(namespace), rev)
    },
    queueHooks: {
      onDepth: (depth) => metrics.record('m2m_operator_queue_depth', depth),
      onRetry: (key, error, afterMs) =>
        log.warn({ key, err: error, retry_ms: Math.round(afterMs) }, 'reconcile failed, it is tried again'),
    },
  })
  return { controller, looks, nudge, events, ask }
}

function observeBy(metrics: OperatorMetrics): Observe {
  return {
    async reconcile(kind, key, work) {
      const started = performance.now()
      const [namespace = '', policy] = key.split('/')
      const attributes = { 'k8s.namespace.name': namespace, ...(policy !== undefined && { 'm2m.policy': policy }) }
      let result = 'failed'
      try {
        const value = await inSpan(`reconcile ${kind}`, attributes, work)
        result = 'ok'
        return value
      } finally {
        metrics.record('m2m_operator_reconciles', 1, kind, result)
        metrics.record('m2m_operator_reconcile_duration_seconds', (performance.now() - started) / 1000, kind)
      }
    },
    write: (kind, verb) => metrics.record('m2m_operator_writes', 1, kind, verb),
    repaired: () => metrics.record('m2m_operator_drift_repaired', 1),
  }
}

function watchHooks(resource: string, metrics: OperatorMetrics, faults: PartsOptions['faults']) {
  return {
    onList: (reason: string) => metrics.record('m2m_operator_lists', 1, resource, reason),
    onRestart: () => metrics.record('m2m_operator_watch_restarts', 1, resource),
    onMissed: (count: number) => metrics.record('m2m_operator_missed_changes', count, resource),
    onFault: (error: unknown) => faults(resource, error),
  }
}

interface HealthParts {
  readonly watches: Watches
  readonly metrics: OperatorMetrics
  readonly controller: Pick<Controller, 'figures'>
  isSynced(): boolean
}

function openHealth({ http }: OperatorConfig, parts: HealthParts): Promise<HealthServer> {
  const { watches, metrics, controller, isSynced } = parts
  return serveHealth(http, {
    notReady: () =>
      isSynced() ? [] : Object.entries(watches.states()).map(([resource, state]) => `${resource}: ${state}`),
    metrics: () => {
      const { policies, pods } = controller.figures()
      for (const [reason, count] of policies) metrics.record('m2m_operator_policies', count, reason)
      metrics.record('m2m_operator_pods', pods)
      return metrics.text()
    },
  })
}

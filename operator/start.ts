/** Puts the operator together and starts it: watches at once, writes only while it holds the lease. */

import { randomBytes } from 'node:crypto'
import type { KubeConfig } from '@kubernetes/client-node'
import type { Logger } from 'pino'
import { VERSION } from '../src/core/version.ts'
import { createKubeClient } from '../src/kube/index.ts'
import type { OperatorConfig } from './config.ts'
import { createFaultLog } from './faults.ts'
import { type HealthServer, serveHealth } from './http.ts'
import { createLease, fenced, type WatchSet } from './kube/index.ts'
import { createOperatorMetrics, type OperatorMetrics } from './metrics.ts'
import { createParts, type Parts, type PartsOptions } from './parts.ts'
import { createWatches } from './watches.ts'

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
  const parts = createParts({ config, writing, metrics, log, faults })
  const watches = createWatches({
    client,
    changes: parts.changes,
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
    parts.start()
    log.info('in step with the cluster')
  }
  const health = await openHealth(config, { watches, metrics, parts, isSynced: () => isSynced })
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
    idle: () => parts.idle(),
    async close() {
      isClosing = true
      await Promise.all([parts.stop(), watches.stop()])
      await lease.stop()
      await Promise.all([health.close(), client.close(), leaseClient.close()])
    },
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
  readonly watches: WatchSet
  readonly metrics: OperatorMetrics
  readonly parts: Pick<Parts, 'figures'>
  isSynced(): boolean
}

function openHealth(
  { http }: OperatorConfig,
  { watches, metrics, parts, isSynced }: HealthParts,
): Promise<HealthServer> {
  return serveHealth(
    { ...http, variable: 'M2M_OPERATOR_PORT' },
    {
      notReady: () =>
        isSynced() ? [] : Object.entries(watches.states()).map(([resource, state]) => `${resource}: ${state}`),
      metrics: () => {
        const { policies, pods, stuck } = parts.figures()
        for (const [reason, count] of policies) metrics.record('m2m_operator_policies', count, reason)
        metrics.record('m2m_operator_pods', pods)
        for (const [reason, count] of stuck) metrics.record('m2m_operator_stuck_sidecars', count, reason)
        return metrics.text()
      },
    },
  )
}

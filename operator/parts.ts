/** What acts while the lease is held: the reconcile loop, and what is done with pods beside it. */

import type { Logger } from 'pino'
import type { TroubleReason } from '../src/core/injected/sidecar-trouble.ts'
import type { KubeClient } from '../src/kube/index.ts'
import type { OperatorConfig } from './config.ts'
import type { Changes } from './controller/changes.ts'
import { createController, type Figures } from './controller/controller.ts'
import type { Observe } from './controller/deps.ts'
import { createEventRecorder, type EventRecorder } from './kube/index.ts'
import type { OperatorMetrics } from './metrics.ts'
import { createAskSidecar } from './pods/ask-sidecar.ts'
import { createLooks } from './pods/looks.ts'
import { createNudge, type Nudge } from './pods/nudge.ts'
import { createResize, type Resize } from './pods/resize.ts'
import { createStuck } from './pods/stuck.ts'
import { wantedResources } from './pods/wanted-resources.ts'
import { inSpan } from './tracing.ts'

export interface Parts {
  /** What the watches call. */
  readonly changes: Changes
  /** The watches are in step, and the lease is held. */
  start(): void
  /** All that waits has been done (tests). */
  idle(): Promise<void>
  /** Finishes the writes in hand. */
  stop(): Promise<void>
  figures(): Figures & { readonly stuck: ReadonlyMap<TroubleReason, number> }
}

export interface PartsOptions {
  readonly config: OperatorConfig
  /** Fenced by the lease. */
  readonly writing: KubeClient
  readonly metrics: OperatorMetrics
  readonly log: Logger
  readonly faults: (resource: string, error: unknown) => void
}

export function createParts(options: PartsOptions): Parts {
  const { config, writing, metrics, log, faults } = options
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
  const stuck = createStuck({ events })
  const nudge = nudgeOf(options)
  const resize = resizeOf(options, events, () => {
    for (const { namespace } of controller.pods()) controller.looked(namespace)
  })
  const controller = createController({
    client: writing,
    events,
    log,
    observe: observeBy(metrics),
    reportOf: looks.reportOf,
    resize,
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
  return {
    changes: {
      ...controller.changes,
      pod(key, before, after) {
        controller.changes.pod(key, before, after)
        stuck.pod(key, before, after)
        if (after === undefined) resize?.gone(key)
      },
    },
    start() {
      // Before the first status: a pod that is yet to be asked keeps what is known of it.
      looks.start()
      resize?.start()
      controller.start()
      stuck.start()
    },
    idle: () => controller.idle(),
    async stop() {
      nudge?.stop()
      await Promise.all([controller.stop(), looks.stop(), stuck.stop(), resize?.stop()])
      await Promise.all([events.close(), ask.close()])
    },
    figures: () => ({ ...controller.figures(), stuck: stuck.counts() }),
  }
}

function nudgeOf({ config, writing, metrics, faults }: PartsOptions): Nudge | undefined {
  if (!config.hotReload.nudge) return undefined
  return createNudge({
    client: writing,
    perSecond: config.hotReload.perSecond,
    onNudge: (result) => metrics.record('m2m_operator_nudges', 1, result),
    onFault: (error) => faults('nudges', error),
  })
}

function resizeOf(
  { config, writing, metrics, log, faults }: PartsOptions,
  events: EventRecorder,
  onUnserved: () => void,
): Resize | undefined {
  if (!config.hotReload.resize) return undefined
  return createResize({
    client: writing,
    events,
    perSecond: config.hotReload.perSecond,
    wantedFor: (spec, sidecar) => wantedResources(spec, config.sidecar, sidecar),
    onResize: (result) => metrics.record('m2m_operator_resizes', 1, result),
    onFault: (error) => faults('resizes', error),
    onUnserved() {
      log.warn('hotReload.resize has no effect: the API server has no pods/resize (Kubernetes 1.33)')
      onUnserved()
    },
  })
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

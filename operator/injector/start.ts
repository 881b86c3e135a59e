/** Puts the injector together and starts it. Every replica answers reviews; only the certificates' part of it has a leader. */

import type { KubeConfig } from '@kubernetes/client-node'
import type { Logger } from 'pino'
import { VERSION } from '../../src/core/version.ts'
import { createKubeClient, type KubeClientOptions } from '../../src/kube/index.ts'
import { createFaultLog, INJECTOR } from '../faults.ts'
import { type HealthServer, serveHealth } from '../http.ts'
import { createEventRecorder } from '../kube/index.ts'
import { createCertificates } from './certificates.ts'
import type { InjectorConfig } from './config.ts'
import { createHandler, hasPath } from './handler.ts'
import { createInjectorMetrics, type InjectorMetrics } from './metrics.ts'
import { createObserve } from './observe.ts'
import type { CertificateSource } from './tls/certificate-source.ts'
import { createWatchedCluster, type WatchedCluster } from './watched-cluster.ts'
import { serveWebhook } from './webhook-server.ts'

export interface Injector {
  /** Of health and metrics. */
  readonly port: number
  readonly webhookPort: number
  /** Answers on until no API server asks it any more, cuts no answer, sends the last Events. */
  close(): Promise<void>
}

/** @throws M2MError PORT_IN_USE */
export async function startInjector(config: InjectorConfig, kubeConfig: KubeConfig, log: Logger): Promise<Injector> {
  const metrics = createInjectorMetrics()
  const clientOptions: KubeClientOptions = {
    userAgent: `m2m-injector/${VERSION}`,
    onAnswer: ({ method, status }) => metrics.record('m2m_injector_api_requests', 1, method, String(status)),
  }
  const client = createKubeClient(kubeConfig, clientOptions)
  // Renewals of the lease wait for no other call.
  const leaseClient = createKubeClient(kubeConfig, clientOptions)
  const namespace = config.namespace ?? client.namespace
  const faults = createFaultLog(log, { remedies: INJECTOR })
  const certificates = createCertificates(config, { client, leaseClient, namespace, metrics, log, faults })
  const cluster = createWatchedCluster({
    client,
    operatorNamespace: namespace,
    hooks: (resource) => watchHooks(resource, metrics, faults),
  })
  const events = createEventRecorder(client, {
    controller: 'm2m.io/injector',
    instance: config.podName,
    onFault: (error) => faults('events', error),
  })
  const observe = createObserve({ metrics, events, log })
  const { host, port, drainMs } = config.webhook
  const server = await serveWebhook({
    address: { host, port, variable: 'M2M_INJECTOR_WEBHOOK_PORT' },
    hasPath,
    answer: createHandler({ settings: config.sidecar, releaseNamespace: namespace, cluster, observe, log }),
    hooks: { onRefused: observe.refused, onTlsError: () => metrics.record('m2m_injector_tls_errors', 1) },
  })
  certificates.onChange((certificate) => server.use(certificate))
  let isDraining = false
  const health = await openHealth(config, { cluster, certificates, metrics, isDraining: () => isDraining })
  log.info({ version: VERSION, namespace, port: health.port, webhook_port: server.port }, 'injector started')
  cluster.start()
  certificates.start()
  return {
    port: health.port,
    webhookPort: server.port,
    async close() {
      isDraining = true
      await server.close(drainMs)
      await Promise.all([cluster.stop(), certificates.stop(), events.close()])
      await Promise.all([health.close(), client.close(), leaseClient.close()])
    },
  }
}

function watchHooks(resource: string, metrics: InjectorMetrics, faults: ReturnType<typeof createFaultLog>) {
  return {
    onList: (reason: string) => metrics.record('m2m_injector_lists', 1, resource, reason),
    onRestart: () => metrics.record('m2m_injector_watch_restarts', 1, resource),
    onMissed: (count: number) => metrics.record('m2m_injector_missed_changes', count, resource),
    onFault: (error: unknown) => faults(resource, error),
  }
}

interface HealthParts {
  readonly cluster: WatchedCluster
  readonly certificates: CertificateSource
  readonly metrics: InjectorMetrics
  isDraining(): boolean
}

function openHealth({ http }: InjectorConfig, parts: HealthParts): Promise<HealthServer> {
  const { cluster, certificates, metrics, isDraining } = parts
  return serveHealth(
    { ...http, variable: 'M2M_INJECTOR_PORT' },
    {
      notReady: () => [
        ...(isDraining() ? ['it was told to stop, and answers its last reviews'] : []),
        ...cluster.notReady(),
        ...certificates.notReady(),
      ],
      metrics: () => {
        const leftMs = (certificates.current?.notAfter.getTime() ?? 0) - Date.now()
        metrics.record('m2m_injector_certificate_expiry_seconds', Math.max(0, Math.round(leftMs / 1000)))
        metrics.record('m2m_injector_policies', cluster.policies)
        return metrics.text()
      },
    },
  )
}

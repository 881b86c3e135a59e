/** The source of the webhook's certificates that the settings ask for, and what it tells as figures and log lines. */

import type { Logger } from 'pino'
import type { KubeClient } from '../../src/kube/index.ts'
import type { InjectorConfig } from './config.ts'
import type { InjectorMetrics } from './metrics.ts'
import type { CertificateSource } from './tls/certificate-source.ts'
import { createFiles } from './tls/files.ts'
import type { CertificateHooks } from './tls/hooks.ts'
import { serviceNames } from './tls/names.ts'
import { createOwnCa } from './tls/own-ca.ts'

export interface CertificateDeps {
  readonly client: KubeClient
  readonly leaseClient: KubeClient
  /** Of the injector. */
  readonly namespace: string
  readonly metrics: InjectorMetrics
  readonly log: Pick<Logger, 'info'>
  readonly faults: (resource: string, error: unknown) => void
}

export function createCertificates(config: InjectorConfig, deps: CertificateDeps): CertificateSource {
  const { client, leaseClient, namespace } = deps
  const { podName, lease, webhook, tls } = config
  const names = [...serviceNames(namespace), ...webhook.names]
  const hooks = hooksOf(deps)
  if (tls.mode === 'Files') return createFiles({ client, names, folder: tls.folder, hooks })
  return createOwnCa({ client, leaseClient, namespace, podName, names, lease, hooks })
}

function hooksOf({ metrics, log, faults }: CertificateDeps): CertificateHooks {
  return {
    onServed: (notAfterMs) => log.info({ not_after: new Date(notAfterMs) }, 'the webhook has a new certificate'),
    onChange(change) {
      metrics.record('m2m_injector_authority_changes', 1, change)
      log.info({ change }, `certificate authority: ${change}`)
    },
    onAuthority: (notAfterMs) =>
      metrics.record('m2m_injector_authority_end_timestamp_seconds', Math.round(notAfterMs / 1000)),
    onLeading: (isLeading) => metrics.record('m2m_injector_leading', isLeading ? 1 : 0),
    onFault: faults,
  }
}

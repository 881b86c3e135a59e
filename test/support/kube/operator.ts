/** An operator inside the process of a test, against a real API server. */

import type { OperatorConfig } from '../../../operator/config.ts'
import { type Operator, startOperator } from '../../../operator/start.ts'
import type { Cluster, KubeconfigOptions } from './cluster.ts'
import { type HealthPages, healthPages, keptLog, type LogLines } from './in-process.ts'

export type OperatorChanges = Partial<OperatorConfig> & { readonly kubeconfigOptions?: KubeconfigOptions }

export interface TestOperator extends Operator, HealthPages {
  /** Its log so far. */
  readonly lines: LogLines
}

/** @param namespace of the operator */
export async function operatorIn(
  cluster: Cluster,
  namespace: string,
  changes: OperatorChanges = {},
): Promise<TestOperator> {
  const { kubeconfigOptions, ...settings } = changes
  const { log, lines } = keptLog()
  const operator = await startOperator(
    testOperatorConfig({ namespace, ...settings }),
    cluster.kubeConfig(kubeconfigOptions),
    log,
  )
  return {
    ...operator,
    ...healthPages(operator.port),
    get isLeading() {
      return operator.isLeading
    },
    lines,
  }
}

/** Free port on loopback, looks at pods without delay, a short lease. */
export function testOperatorConfig(changes: Partial<OperatorConfig>): OperatorConfig {
  return {
    namespace: undefined,
    podName: 'operator-0',
    http: { host: '127.0.0.1', port: 0 },
    kubeconfig: undefined,
    context: undefined,
    lease: { durationMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000 },
    hotReload: { nudge: false, resize: false, perSecond: 50 },
    sidecar: { requests: { cpu: '20m', memory: '96Mi' }, limits: { memory: '256Mi' } },
    looks: { sample: 20, intervalMs: 60_000 },
    log: { level: 'debug' },
    ...changes,
  }
}

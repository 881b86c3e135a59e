/** Which policy a pod runs, and which pod its figures are of: what operator and command line read from `/metrics`. */

import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { PolicyFigures } from '../../../sidecar/policy/index.ts'
import { telemetryOf } from '../../../sidecar/telemetry/create-telemetry.ts'
import { createStatistics, type Telemetry, type TelemetryDeps } from '../../../sidecar/telemetry/index.ts'
import { createSeriesStore } from '../../../sidecar/telemetry/metrics/series.ts'

function telemetryWith(deps: Partial<TelemetryDeps>): Telemetry {
  return telemetryOf(undefined, 'm2m', { statistics: createStatistics(), log: pino({ level: 'silent' }), ...deps })
}

async function samplesOf(telemetry: Telemetry, names: RegExp): Promise<string[]> {
  return (await telemetry.prometheusText()).split('\n').filter((line) => names.test(line))
}

function inForce(revision: string, isStale = false): PolicyFigures {
  return { inForce: { name: 'agents', namespace: 'shop', revision, hash: 'abc' }, isStale }
}

test('the policy in force is named, and none that was, although calls have filled the room for series', async () => {
  let policy = inForce('1')
  const telemetry = telemetryWith({ series: createSeriesStore(0), policy: () => policy })
  await telemetry.prometheusText()
  policy = inForce('2', true)
  expect(await samplesOf(telemetry, /^m2m_(policy_info|config_stale)/)).toEqual([
    'm2m_config_stale 1',
    'm2m_policy_info{policy="agents",policy_namespace="shop",revision="2",hash="abc"} 1',
  ])
})

test('without a bundle the hash is empty, not absent', async () => {
  const figures = { name: 'default', namespace: '', revision: '1', hash: '' }
  const telemetry = telemetryWith({ policy: () => ({ inForce: figures, isStale: false }) })
  expect(await samplesOf(telemetry, /^m2m_policy_info/)).toEqual([
    'm2m_policy_info{policy="default",policy_namespace="",revision="1",hash=""} 1',
  ])
})

test('the resource says which pod it is', async () => {
  const pod = { namespace: 'shop', name: 'api-0', node: 'n1', workload: 'api', workloadKind: 'StatefulSet' }
  const [info] = await samplesOf(telemetryWith({ pod }), /^target_info/)
  expect(info).toContain('k8s_namespace_name="shop",k8s_pod_name="api-0",k8s_node_name="n1",k8s_statefulset_name="api"')
})

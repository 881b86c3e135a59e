import { describe, expect, test } from 'vitest'
import { loadConfig, SETTINGS } from '../../operator/config.ts'
import { createFaultLog, INJECTOR, remedyOf } from '../../operator/faults.ts'
import { pageFor } from '../../operator/help.ts'
import { SETTINGS as INJECTOR_SETTINGS, loadInjectorConfig } from '../../operator/injector/config.ts'
import { createOperatorMetrics, INSTRUMENTS, type MetricName } from '../../operator/metrics.ts'
import { INJECTOR_PAGE, OPERATOR_PAGE } from '../../operator/pages.ts'
import { KubeError } from '../../src/kube/index.ts'

describe('settings', () => {
  test('have defaults, and flags go before variables', () => {
    expect(loadConfig([], { POD_NAME: 'a' })).toMatchObject({
      namespace: undefined,
      podName: 'a',
      http: { host: undefined, port: 8081 },
      lease: { durationMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000 },
      hotReload: { nudge: false, perSecond: 30 },
      looks: { sample: 20, intervalMs: 60_000 },
    })
    const env = { M2M_OPERATOR_PORT: '1', POD_NAMESPACE: 'm2m', M2M_OPERATOR_HOT_RELOAD_NUDGE: 'true' }
    expect(loadConfig(['--port', '2'], env)).toMatchObject({
      http: { port: 2 },
      namespace: 'm2m',
      hotReload: { nudge: true },
    })
  })

  test('that Kubernetes sets for a service of that name, and empty ones, are none', () => {
    const env = { M2M_OPERATOR_PORT: 'tcp://10.0.0.7:8081', M2M_OPERATOR_LOG_LEVEL: '' }
    expect(loadConfig([], env)).toMatchObject({ http: { port: 8081 }, log: { level: 'info' } })
  })

  test('that are wrong are all named, without their values', () => {
    const env = {
      M2M_OPERATOR_LOG_LEVEL: 'secret',
      M2M_OPERATOR_HOT_RELOAD_PER_SECOND: '51',
      M2M_OPERATOR_LEASE_RETRY: 'soon',
    }
    const load = (): unknown => loadConfig([], env)
    expect(load).toThrow(/M2M_OPERATOR_LOG_LEVEL: must be one of error, warn, info, debug/)
    expect(load).toThrow(/M2M_OPERATOR_HOT_RELOAD_PER_SECOND: must be a whole number from 1 to 50/)
    expect(load).toThrow(/M2M_OPERATOR_LEASE_RETRY: must be a duration/)
    expect(load).not.toThrow(/secret/)
  })
})

test('--help names every setting, and is asked for before settings are read', () => {
  const page = pageFor(['--port', 'x', '--help'], OPERATOR_PAGE)
  for (const { env } of Object.values(SETTINGS)) expect(page).toContain(env)
  expect(page).toContain('--port, M2M_OPERATOR_PORT (default: 8081)')
  const injectorPage = pageFor(['--help'], INJECTOR_PAGE)
  for (const { env } of Object.values(INJECTOR_SETTINGS)) expect(injectorPage).toContain(env)
  expect(injectorPage).toContain('--webhook-port, M2M_INJECTOR_WEBHOOK_PORT (default: 9443)')
  expect(pageFor(['--version'], OPERATOR_PAGE)).toMatch(/^\d+\.\d+\.\d+/)
  expect(pageFor([], OPERATOR_PAGE)).toBeUndefined()
})

describe('settings of the injector', () => {
  test('have defaults, and what the sidecar gets is JSON', () => {
    const env = {
      M2M_INJECTOR_SIDECAR_REQUESTS: '{"cpu":1,"memory":"1.5Gi"}',
      M2M_INJECTOR_SIDECAR_ENV: '{"A":"b"}',
      // As Kubernetes sets them for the Service m2m-injector.
      M2M_INJECTOR_PORT: 'tcp://10.0.0.7:443',
      M2M_INJECTOR_SERVICE_HOST: '10.0.0.7',
    }
    expect(loadInjectorConfig(['--sidecar-image', 'm2m-sidecar:1.2.3'], env)).toMatchObject({
      http: { host: undefined, port: 8081 },
      webhook: { host: undefined, port: 9443, drainMs: 5_000, names: [] },
      tls: { mode: 'Own', folder: '/etc/m2m/tls' },
      sidecar: {
        image: 'm2m-sidecar:1.2.3',
        mode: 'Native',
        resources: { requests: { cpu: '1', memory: '1.5Gi' }, limits: { memory: '256Mi' } },
        env: { A: 'b' },
      },
    })
  })

  test.each([
    ['M2M_INJECTOR_SIDECAR_LIMITS', '{"memory":"much"}', 'must be a JSON object of quantities'],
    ['M2M_INJECTOR_SIDECAR_REQUESTS', '["1"]', 'must be a JSON object of quantities'],
    ['M2M_INJECTOR_SIDECAR_ENV', '{"A":1}', 'must be a JSON object of texts'],
    ['M2M_INJECTOR_SIDECAR_ENV', '{', 'must be a JSON object of texts'],
    ['M2M_INJECTOR_SIDECAR_ENV', '{"M2M_PROXY_PORT":"5000"}', 'must be a JSON object of texts'],
    ['M2M_INJECTOR_TLS_MODE', 'None', 'must be one of Own, Files'],
  ])('%s=%s is a mistake', (name, value, message) => {
    expect(() => loadInjectorConfig([], { [name]: value })).toThrow(`${name}: ${message}`)
  })
})

test('a fault is told with what to do about it, once a minute', () => {
  const told: string[] = []
  let time = 0
  const faults = createFaultLog({ warn: (_: object, message: string) => void told.push(message) } as never, {
    now: () => time,
  })
  const missing = new KubeError('not found', { status: 404 })
  for (let i = 0; i < 50; i++) faults('m2mpolicies', missing)
  expect(told).toEqual([expect.stringContaining('m2mpolicies failed: the CRD m2mpolicies.m2m.io is not installed')])
  time = 60_000
  faults('m2mpolicies', missing)
  expect(told).toHaveLength(2)
  expect(remedyOf(new KubeError('', { status: 403 }), 'pods')).toMatch(/ClusterRole m2m-operator/)
  expect(remedyOf(new KubeError('', { status: 403 }), 'leases')).toMatch(/the Role m2m-operator .*--namespace names it/)
  expect(remedyOf(missing, 'leases')).toMatch(/create the operator's namespace/)
  expect(remedyOf(new KubeError('', { status: 0 }), 'pods')).toMatch(/waits for the API server/)
  expect(remedyOf(new Error('event Invalid dropped: too many'), 'events')).toMatch(/left out/)
  expect(remedyOf(new Error('x'), 'pods')).toMatch(/fault of the operator/)
  expect(remedyOf(missing, 'm2mpolicies', INJECTOR)).toMatch(/until then sidecars have the defaults/)
  expect(remedyOf(new KubeError('', { status: 403 }), 'namespaces', INJECTOR)).toMatch(/ClusterRole m2m-injector/)
})

test('a refusal of each pod is one fault', () => {
  const told: string[] = []
  const faults = createFaultLog({ warn: (_: object, message: string) => void told.push(message) } as never, {
    now: () => 0,
  })
  for (let i = 0; i < 50; i++) faults('nudges', new KubeError(`pod-${i} is forbidden`, { status: 403 }))
  expect(told).toEqual([expect.stringContaining('the chart grants it where hotReload.nudge is true')])
})

test('each figure is served under its name, with the labels of the table', async () => {
  const metrics = createOperatorMetrics()
  for (const [name, { labels }] of Object.entries(INSTRUMENTS)) {
    metrics.record(name as MetricName, 2, ...labels.map((label) => `a ${label}`))
  }
  const text = await metrics.text()
  for (const [name, { type, labels }] of Object.entries(INSTRUMENTS)) {
    const suffix = type === 'counter' ? '_total' : type === 'histogram' ? '_count' : ''
    const values = labels.map((label) => `${label}="a ${label}"`).join(',')
    const series = `${name}${suffix}${labels.length === 0 ? '' : `{${values}}`} ${type === 'histogram' ? 1 : 2}`
    expect(text.split('\n')).toContain(series)
  }
})

/** 29, the operator's part: 1,000 policies and 5,000 pods. Counts and memory are asserted, times are printed. */

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { AdminApi } from '../support/kube/admin-api.ts'
import { createNamespace, removeNamespace } from '../support/kube/namespaces.ts'
import { bundledOperator, type OperatorProcess, startOperatorProcess } from '../support/kube/operator-process.ts'
import { test } from '../support/kube/operator-test.ts'
import { injectedPod, policyObject, policyPath } from '../support/kube/policies.ts'
import { printMeasured, printSeconds } from '../support/kube/print-measured.ts'

const NAMESPACES = 50
/** Of each namespace. */
const [POLICIES, PODS] = [20, 100]
const MAX_MB = 150
/** Ten times the bound of a full reconcile. */
const DEADLINE = { timeout: 300_000, interval: 100 }

test('29: 1,000 policies and 5,000 pods fit into 150 MB, an edit is one write, a restart none', {
  timeout: 900_000,
}, async ({ cluster, home }) => {
  const { api } = cluster
  const namespaces = Array.from({ length: NAMESPACES }, (_, i) => `${home}-${i}`)
  const filledAt = performance.now()
  await fill(api, namespaces)
  printSeconds(`29: ${NAMESPACES * POLICIES} policies and ${NAMESPACES * PODS} pods created`, filledAt)
  const bareKb = await bareNodeKb()

  const start = (): Promise<OperatorProcess> =>
    startOperatorProcess(
      cluster.kubeconfig(),
      { POD_NAMESPACE: home, M2M_OPERATOR_LOG_LEVEL: 'warn' },
      bundledOperator(),
    )
  const startedAt = performance.now()
  const operator = await start()
  await expect.poll(() => writesIn(operator), DEADLINE).toEqual({ bundle: NAMESPACES, status: NAMESPACES * POLICIES })
  printSeconds('29: full reconcile, from the start of the process to the last status', startedAt)
  await sleep(3000)
  expect(await writesIn(operator)).toEqual({ bundle: NAMESPACES, status: NAMESPACES * POLICIES })
  const aboveMb = (peakKb(operator.pid) - bareKb) / 1024
  printMeasured(
    `29: memory at its peak: ${Math.round(peakKb(operator.pid) / 1024)} MB, ${Math.round(aboveMb)} above Node.js`,
  )
  expect(aboveMb).toBeLessThan(MAX_MB)

  const editedAt = performance.now()
  await api.merge(policyPath(namespaces[7]!, 'p3'), { spec: { compression: { minTokens: 77 } } })
  await expect
    .poll(() => writesIn(operator), { timeout: 60_000, interval: 10 })
    .toEqual({ bundle: NAMESPACES + 1, status: NAMESPACES * POLICIES + 1 })
  printSeconds('29: one edit, its bundle and its status', editedAt)
  await sleep(2000)
  expect(await writesIn(operator)).toEqual({ bundle: NAMESPACES + 1, status: NAMESPACES * POLICIES + 1 })
  operator.signal('SIGTERM')
  await operator.exited
  await operator.remove()

  const restartedAt = performance.now()
  const next = await start()
  const done = NAMESPACES * POLICIES
  await expect
    .poll(() => countOf(next, 'm2m_operator_reconciles_total{kind="status",result="ok"}'), DEADLINE)
    .toBeGreaterThanOrEqual(done)
  printSeconds('29: restart, every policy looked at', restartedAt)
  await sleep(3000)
  expect(await writesIn(next)).toEqual({ bundle: 0, status: 0 })
  await next.remove()
  await inParallel(namespaces, 8, (name) => removeNamespace(api, name))
})

/** Each pod is that of one policy by its label, and of the namespace's own one beside it. */
async function fill(api: AdminApi, namespaces: readonly string[]): Promise<void> {
  await inParallel(namespaces, 4, (name) => createNamespace(api, name))
  const policies = namespaces.flatMap((name) => Array.from({ length: POLICIES }, (_, i) => [name, i] as const))
  await inParallel(policies, 16, async ([name, i]) => {
    const selector = i === 0 ? {} : { selector: { matchLabels: { app: `app${i}` } } }
    const spec = { ...selector, compression: { mode: 'Audit' as const, minTokens: i }, providers: [{ name: 'openai' }] }
    await api.create(policyPath(name), policyObject(`p${i}`, spec))
  })
  const pods = namespaces.flatMap((name) => Array.from({ length: PODS }, (_, i) => [name, i] as const))
  await inParallel(pods, 16, async ([name, i]) => {
    await api.create(`/api/v1/namespaces/${name}/pods`, likeReal(injectedPod(`pod${i}`, { app: `app${i % POLICIES}` })))
  })
}

/** About as large as pods are: 6 KB. */
function likeReal(pod: object): object {
  const env = Array.from({ length: 60 }, (_, i) => ({
    name: `VARIABLE_${i}`,
    value: 'a value of common length, more or less',
  }))
  return { ...pod, spec: { containers: [{ name: 'app', image: 'registry.example/team/app:1.2.3', env }] } }
}

async function inParallel<T>(items: readonly T[], limit: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items]
  const worker = async (): Promise<void> => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await work(item)
  }
  await Promise.all(Array.from({ length: limit }, worker))
}

async function writesIn(operator: OperatorProcess): Promise<{ bundle: number; status: number }> {
  const text = await metricsOf(operator)
  const sum = (kind: string): number =>
    [...text.matchAll(new RegExp(`^m2m_operator_writes_total\\{kind="${kind}".*\\} (\\d+)$`, 'gm'))].reduce(
      (total, [, count]) => total + Number(count),
      0,
    )
  return { bundle: sum('bundle'), status: sum('status') }
}

async function countOf(operator: OperatorProcess, series: string): Promise<number> {
  const line = (await metricsOf(operator)).split('\n').find((each) => each.startsWith(`${series} `))
  return Number(line?.slice(series.length) ?? 0)
}

/** Empty while it does not listen yet. */
async function metricsOf(operator: OperatorProcess): Promise<string> {
  const response = await fetch(`${operator.url}/metrics`).catch(() => undefined)
  return response === undefined ? '' : response.text()
}

function peakKb(pid: number): number {
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
}

async function bareNodeKb(): Promise<number> {
  const bare = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  await sleep(1000)
  const kb = peakKb(bare.pid!)
  bare.kill()
  return kb
}

/** 29, the injector's part: 5,000 pods with and 5,000 without the webhook. Counts are asserted, times are printed. */

import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import type { AdminApi } from '../support/kube/admin-api.ts'
import { freePort } from '../support/kube/free-port.ts'
import { appPod } from '../support/kube/injector.ts'
import { READY, test } from '../support/kube/injector-test.ts'
import { createNamespace, removeNamespace } from '../support/kube/namespaces.ts'
import { bundledOperator, startInjectorProcess } from '../support/kube/operator-process.ts'
import { createPolicy, eventsIn } from '../support/kube/policies.ts'
import { printMeasured } from '../support/kube/print-measured.ts'

const PODS = 5_000
const POLICIES = 1_000
const NAMESPACES = 20
const AT_ONCE = 8
/** As many ReplicaSets own the pods. */
const OWNERS = 50
/** Good news is told of no more: 50 at once, 5 a second after that. Each may be told a second time, with its count. */
const MAX_EVENTS = 2 * OWNERS

test('29: 5,000 pods get their sidecars, one review each, with few Events', { timeout: 900_000 }, async ({
  cluster,
  home,
  account,
  admit,
}) => {
  const { api } = cluster
  const names = Array.from({ length: NAMESPACES }, (_, i) => `${home}-${i}`)
  for (const name of names) await createNamespace(api, name)
  await inParallel(POLICIES, (i) =>
    createPolicy(api, names[i % NAMESPACES]!, `p${i}`, {
      selector: { matchLabels: { app: `a${i}` } },
      compression: { minTokens: i },
    }),
  )
  const port = await freePort()
  const env = { POD_NAMESPACE: home, M2M_INJECTOR_WEBHOOK_PORT: String(port), M2M_INJECTOR_WEBHOOK_NAMES: '127.0.0.1' }
  const injector = await startInjectorProcess(cluster.kubeconfig({ user: account }), env, bundledOperator())
  await admit({ port, values: ['injector.failurePolicy=Fail'] })
  const text = async (): Promise<string> =>
    (await fetch(`${injector.url}/metrics`).catch(() => undefined))?.text() ?? ''
  await expect.poll(async () => (await fetch(`${injector.url}/readyz`).catch(() => undefined))?.status, READY).toBe(200)
  await expect.poll(text, READY).toContain(`m2m_injector_policies ${POLICIES}`)

  // In turns, so that both meet the same load of the machine.
  const cpuBefore = cpuMs(injector.pid)
  const [without, withSidecar] = [[] as number[], [] as number[]]
  await inParallel(2 * PODS, async (i) => {
    const asks = i % 2 === 0
    const began = performance.now()
    await makePod(api, names[i % NAMESPACES]!, i, asks)
    ;(asks ? withSidecar : without).push(performance.now() - began)
  })
  const cpuEach = (cpuMs(injector.pid) - cpuBefore) / PODS
  const metrics = await text()
  expect(sum(metrics, 'm2m_injector_reviews_total{result="injected"')).toBe(PODS)
  expect(sum(metrics, 'm2m_injector_reviews_total')).toBe(PODS)
  expect(await injectedIn(api, names)).toBe(PODS)
  const events = await Promise.all(names.map((name) => eventsIn(api, name)))
  expect(events.flat().length).toBeLessThanOrEqual(MAX_EVENTS)

  const [a, b] = [percentiles(without), percentiles(withSidecar)]
  printMeasured(`29: a pod without webhook: p50 ${a.p50} ms, p99 ${a.p99} ms; with: p50 ${b.p50} ms, p99 ${b.p99} ms`)
  printMeasured(`29: the injector's own time: ${ownTimes(metrics)}; memory at its peak: ${peakMb(injector.pid)} MB`)
  printMeasured(`29: the injector's CPU time: ${cpuEach.toFixed(2)} ms a review`)
  printMeasured(`29: Events: ${events.flat().length}; the API server waited ${await waitedMs(api)} ms a review`)
  await injector.remove()
  for (const name of names) await removeNamespace(api, name)
})

function makePod(api: AdminApi, namespace: string, i: number, asks: boolean): Promise<unknown> {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `web-${i % OWNERS}`, uid: `o-${i % OWNERS}` }
  const env = Array.from({ length: 60 }, (_, n) => ({ name: `VARIABLE_${n}`, value: 'a value of common length' }))
  const metadata = {
    name: `pod-${i}`,
    labels: { app: `a${i % POLICIES}` },
    ownerReferences: [{ ...owner, controller: true }],
    ...(asks && { annotations: { 'm2m.io/inject': 'true' } }),
  }
  const spec = { containers: [{ name: 'app', image: 'registry.example/team/app:1.2.3', env }] }
  return api.create(`/api/v1/namespaces/${namespace}/pods`, appPod(metadata, spec))
}

async function inParallel(count: number, work: (i: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

async function injectedIn(api: AdminApi, names: readonly string[]): Promise<number> {
  let count = 0
  for (const name of names) {
    const path = `/api/v1/namespaces/${name}/pods?labelSelector=m2m.io/injected%3Dtrue`
    const { items } = await api.get<{ items: readonly { spec: { initContainers?: readonly unknown[] } }[] }>(path)
    count += items.filter(({ spec }) => spec.initContainers?.length === 1).length
  }
  return count
}

/** Of all series that begin so. */
function sum(metrics: string, start: string): number {
  const lines = metrics.split('\n').filter((line) => line.startsWith(start))
  return lines.reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' '))), 0)
}

function percentiles(ms: number[]): { readonly p50: string; readonly p99: string } {
  ms.sort((a, b) => a - b)
  const at = (part: number): string => (ms[Math.floor(ms.length * part)] ?? 0).toFixed(1)
  return { p50: at(0.5), p99: at(0.99) }
}

/** From the histogram: the bounds below which a half and 99 of 100 reviews were answered. */
function ownTimes(metrics: string): string {
  const name = 'm2m_injector_review_duration_seconds_bucket{result="injected"'
  const buckets = metrics
    .split('\n')
    .filter((line) => line.startsWith(name))
    .map((line) => /le="([^"]+)"\} (\d+)/.exec(line) ?? [])
    .map(([, bound, count]) => [Number(bound), Number(count)] as const)
  const below = (part: number): string =>
    `${((buckets.find(([, count]) => count >= PODS * part)?.[0] ?? Number.NaN) * 1000).toFixed(2)} ms`
  return `p50 <= ${below(0.5)}, p99 <= ${below(0.99)}`
}

/** The mean of the API server's own figure. */
async function waitedMs(api: AdminApi): Promise<string> {
  const { body } = await api.call('GET', '/metrics')
  const of = (part: string): number =>
    Number(
      new RegExp(
        `^apiserver_admission_webhook_admission_duration_seconds_${part}\\{name="pod.injector.m2m.io".* (\\S+)$`,
        'm',
      ).exec(String(body['text']))?.[1],
    )
  return ((of('sum') / of('count')) * 1000).toFixed(1)
}

/** Of the process, user and system; the kernel counts in hundredths of a second. */
function cpuMs(pid: number): number {
  const [utime, stime] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ').slice(11, 13).map(Number)
  return (utime! + stime!) * 10
}

function peakMb(pid: number): number {
  return Math.round(Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024)
}

/** The injector as a process: what it says where something is missing, and that nothing which comes to its port ends it. */

import { request } from 'node:https'
import { expect } from 'vitest'
import { freePort } from '../support/kube/free-port.ts'
import { ASKS, appPod, initContainersOf } from '../support/kube/injector.ts'
import { READY, test } from '../support/kube/injector-test.ts'
import { startInjectorProcess } from '../support/kube/operator-process.ts'
import { printSeconds } from '../support/kube/print-measured.ts'

const GARBAGE: readonly (readonly [string, string | Buffer])[] = [
  ['json', 'no JSON'],
  ['json', Buffer.alloc(1000, 0xff)],
  ['json', '['.repeat(400_000)],
  ['too-large', '['.repeat(1_000_000)],
  ['kind', '{"kind":"Pod"}'],
  ['version', '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1","request":{"uid":"u"}}'],
  ['uid', '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}'],
  ['too-large', Buffer.alloc(9 * 1024 * 1024, 0x20)],
]

test('22: garbage of every kind is counted by its cause, and the next pod has its sidecar; SIGTERM ends it in peace', async ({
  cluster,
  home,
  account,
  admit,
  namespace,
  onTestFinished,
}) => {
  const port = await freePort()
  const startedAt = performance.now()
  const injector = await startInjectorProcess(cluster.kubeconfig({ user: account }), {
    POD_NAMESPACE: home,
    M2M_INJECTOR_WEBHOOK_PORT: String(port),
    M2M_INJECTOR_WEBHOOK_NAMES: '127.0.0.1',
    M2M_INJECTOR_DRAIN: '200ms',
  })
  onTestFinished(() => injector.remove())
  await admit({ port })
  const ready = async (): Promise<number | undefined> =>
    (await fetch(`${injector.url}/readyz`).catch(() => undefined))?.status
  await expect.poll(ready, READY).toBe(200)
  printSeconds('the injector is ready, with its own certificate, after', startedAt)

  const answers: number[] = []
  for (const [, body] of GARBAGE) answers.push(await post(port, body))
  expect(answers).toEqual([400, 400, 400, 400, 400, 400, 400, 413])
  const metrics = await (await fetch(`${injector.url}/metrics`)).text()
  for (const [cause, count] of [
    ['json', 3],
    ['kind', 1],
    ['version', 1],
    ['uid', 1],
    ['too-large', 2],
  ] as const) {
    expect(metrics).toContain(`m2m_injector_refused_requests_total{cause="${cause}"} ${count}`)
  }
  expect(metrics).toMatch(/^m2m_injector_certificate_expiry_seconds 60\d{4}$/m)

  const pod = await cluster.api.create(`/api/v1/namespaces/${namespace}/pods`, appPod({ name: 'a', ...ASKS }))
  expect(initContainersOf(pod)).toEqual(['m2m-proxy Always'])
  injector.signal('SIGTERM')
  await injector.exited
  expect((await injector.lines()).at(-1)).toMatchObject({ msg: 'injector stopped' })
})

test('without a permission it names verb and resource, and is not ready', async ({ cluster, home, onTestFinished }) => {
  const user = await cluster.serviceAccount(home, 'nobody')
  const injector = await startInjectorProcess(cluster.kubeconfig({ user }), {
    POD_NAMESPACE: home,
    M2M_INJECTOR_WEBHOOK_PORT: '0',
  })
  onTestFinished(() => injector.remove())
  await expect.poll(() => injector.text(), READY).toMatch(/cannot list resource \\"namespaces\\"/)
  await expect.poll(() => injector.text(), READY).toContain('ClusterRole m2m-injector of the chart')
  const answer = await fetch(`${injector.url}/readyz`)
  expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('namespaces: ')])
})

/** @returns the status. Whose certificate answers is of no interest here */
function post(port: number, body: string | Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: '/inject', method: 'POST', rejectUnauthorized: false }
    const call = request(options, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    call.on('error', reject)
    call.setHeader('content-length', Buffer.byteLength(body))
    call.end(body)
  })
}

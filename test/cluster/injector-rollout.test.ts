/** New replicas take the place of old ones while pods are made, and a pod that finds nobody is refused. */

import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import {
  ASKS,
  appPod,
  initContainersOf,
  injectorIn,
  type TestInjector,
  testInjectorConfig,
} from '../support/kube/injector.ts'
import { READY, test } from '../support/kube/injector-test.ts'
import { printMeasured } from '../support/kube/print-measured.ts'

/** Of connections, as a Service is: whoever has one keeps it. */
async function startBalancer() {
  const ports: number[] = []
  let turn = 0
  const clients = new Set<Socket>()
  const server = createServer((client) => {
    clients.add(client)
    client.on('close', () => clients.delete(client))
    const port = ports[turn++ % ports.length]
    if (port === undefined) return client.destroy()
    const backend = connect({ host: '127.0.0.1', port })
    client.on('error', () => backend.destroy()).pipe(backend)
    backend.on('error', () => client.destroy()).pipe(client)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    port,
    add: (backend: number) => void ports.push(backend),
    remove: (backend: number) => void ports.splice(ports.indexOf(backend), 1),
    close() {
      for (const client of clients) client.destroy()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

const AT_ONCE = 4

test('a rollout of the injector under Fail: every pod is made, and has its sidecar', async ({
  cluster,
  home,
  account,
  admit,
  namespace,
  onTestFinished,
}) => {
  const balancer = await startBalancer()
  onTestFinished(() => balancer.close())
  const { webhook } = testInjectorConfig({})
  const running = new Set<TestInjector>()
  onTestFinished(async () => {
    for (const injector of running) await injector.close()
  })
  const start = async (podName: string) => {
    const config = { podName, webhook: { ...webhook, drainMs: 1_000 } }
    const injector = await injectorIn(cluster, { namespace: home, user: account, config })
    running.add(injector)
    await expect.poll(() => injector.ready(), READY).toMatchObject({ status: 200 })
    balancer.add(injector.webhookPort)
    return injector
  }
  await admit({ port: balancer.port, values: ['injector.failurePolicy=Fail'] })
  const old = [await start('old-0'), await start('old-1')]

  let isOver = false
  let made = 0
  const refused: unknown[] = []
  const worker = async (): Promise<void> => {
    while (!isOver) {
      const body = appPod({ name: `pod-${made++}`, ...ASKS })
      const answer = await cluster.api.call('POST', `/api/v1/namespaces/${namespace}/pods`, { body })
      if (initContainersOf({ spec: {}, ...answer.body })[0] !== 'm2m-proxy Always') refused.push(answer.body)
    }
  }
  const workers = Array.from({ length: AT_ONCE }, worker)
  for (const [i, injector] of old.entries()) {
    await start(`new-${i}`)
    await sleep(500)
    balancer.remove(injector.webhookPort)
    running.delete(injector)
    await injector.close()
  }
  await sleep(500)
  isOver = true
  await Promise.all(workers)
  printMeasured(`rollout: ${made} pods were made meanwhile`)
  expect(refused).toEqual([])
  expect(made).toBeGreaterThan(20)
})

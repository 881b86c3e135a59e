/** A request of an application on a real node, and the container that it passes. */

import { expect } from 'vitest'
import { wordyBody } from '../support/chat-call.ts'
import { test } from '../support/node/node-test.ts'
import { createApp, hasPhase, isRunning, saidBy, sidecarMetrics, untilPod } from '../support/node/pods.ts'
import { createMockPolicy } from '../support/node/policies.ts'

test('a request leaves through the injected sidecar, and the model sees fewer tokens', async ({
  node: { api },
  namespace,
  mock,
}) => {
  await createMockPolicy(api, namespace)
  const { metadata } = await createApp(api, namespace, 'caller', { args: ['calls'] })
  expect(metadata.annotations).toMatchObject({ 'm2m.io/status': 'injected' })
  await untilPod(api, { namespace, name: 'caller' }, isRunning)
  await expect.poll(() => saidBy(api, namespace, 'caller')).toContainEqual({ answered: 1, failed: 0 })
  expect(mock.requests[0]?.body.length).toBeLessThan(wordyBody().length)
  const metrics = await sidecarMetrics(api, namespace, 'caller')
  expect(savedIn(metrics)).toBeGreaterThan(0)
})

test('a pod that does not ask for a sidecar calls the model itself', async ({ node: { api }, namespace, mock }) => {
  await createMockPolicy(api, namespace)
  const env = [{ name: 'OPENAI_BASE_URL', value: 'http://10.200.0.1:8080/v1' }]
  await createApp(api, namespace, 'caller', { isInjected: false, args: ['call'], container: { env } })
  await untilPod(api, { namespace, name: 'caller' }, hasPhase('Succeeded'))
  expect(JSON.parse(String(mock.requests[0]?.body))).toEqual(JSON.parse(wordyBody()))
})

test('28: the sidecar runs in a restricted namespace, without root, a disk to write on or an account’s token', async ({
  node: { api },
  namespace,
  evaluate,
}) => {
  // The namespace refuses pods that could more; of an application that may use the API server, too.
  await createApp(api, namespace, 'idle', { spec: { automountServiceAccountToken: true } })
  await untilPod(api, { namespace, name: 'idle' }, isRunning)
  const script = `
    const { existsSync, readFileSync, writeFileSync } = require('node:fs')
    console.log(readFileSync('/proc/1/status', 'utf8'))
    for (const path of ['/new', '/m2m/new', '/tmp/new'])
      try { writeFileSync(path, '') } catch ({ code }) { console.log(code) }
    console.log('token', existsSync('/var/run/secrets/kubernetes.io/serviceaccount/token'))`
  const said = await evaluate('idle', script, 'm2m-proxy')
  expect(said).toMatch(/^Uid:\s+65532\s/m)
  expect(said).toMatch(/^Gid:\s+65532\s/m)
  expect(said).toMatch(/^CapEff:\s+0+$/m)
  expect(said).toMatch(/^CapBnd:\s+0+$/m)
  expect(said).toMatch(/^NoNewPrivs:\s+1$/m)
  expect(said).toMatch(/^Seccomp:\s+2$/m)
  expect(said.match(/^EROFS$/gm)).toHaveLength(3)
  expect(said).toMatch(/^token false$/m)
})

/** Of the sidecar's counter of tokens that were taken out. */
function savedIn(metrics: string): number {
  const lines = metrics.split('\n').filter((line) => /^m2m_[a-z_]*saved[a-z_]*\{/.test(line))
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

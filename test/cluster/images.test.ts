/** The images, built on a base of this machine's own and run as a restricted namespace runs them. */

import { readFileSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type StartedTestContainer, Wait } from 'testcontainers'
import { afterAll, beforeAll, expect } from 'vitest'
import { startMock } from '../../src/mock/index.ts'
import { CHAT_PATH, wordyBody } from '../support/chat-call.ts'
import { type BuiltImage, buildImage } from '../support/docker/build-image.ts'
import { type DockerEngine, startDockerEngine } from '../support/docker/engine.ts'
import { HardenedContainer } from '../support/docker/hardened-container.ts'
import { createScratchBase } from '../support/docker/scratch-base.ts'
import { test } from '../support/kube/operator-test.ts'
import { createPolicy, programmedIn } from '../support/kube/policies.ts'
import { printMeasured } from '../support/kube/print-measured.ts'

const MAX_BYTES = 150e6

let engine: DockerEngine | string = 'not started'
let base: string

beforeAll(async () => {
  engine = await startDockerEngine()
  if (typeof engine !== 'string') base = await createScratchBase(engine.client)
})

afterAll(async () => {
  if (typeof engine !== 'string') await engine.close()
})

test('the sidecar answers its probes and rewrites a call, without root and on a read-only disk', async ({ skip }) => {
  if (typeof engine === 'string') return skip(engine)
  const image = await build(engine, 'sidecar')
  const mock = await startMock()
  const container = await new HardenedContainer(image.name)
    .withCommand(['--upstream', `openai=${mock.url}/v1`, '--port', '0', '--admin-port', '0'])
    .withWaitStrategy(Wait.forLogMessage(/"admin":/))
    .start()
  try {
    const { admin, data } = await lineOf(container, 'admin')
    expect((await fetch(`${admin}/livez`)).status).toBe(200)
    const body = wordyBody()
    const headers = { 'content-type': 'application/json' }
    const reply = await fetch(`${data}${CHAT_PATH}`, { method: 'POST', headers, body })
    expect(reply.status).toBe(200)
    expect(mock.requests[0]?.body.length).toBeLessThan(body.length)
    await expectHardened(container)
  } finally {
    await container.stop()
    await mock.close()
  }
})

test('the operator makes a bundle of a policy, as such a container', async ({ skip, cluster, home, namespace }) => {
  if (typeof engine === 'string') return skip(engine)
  const image = await build(engine, 'operator')
  const kubeconfig = join(tmpdir(), `${home}.kubeconfig`)
  await writeFile(kubeconfig, cluster.kubeconfig({ namespace: home }))
  const container = await new HardenedContainer(image.name)
    .withBindMounts([{ source: kubeconfig, target: '/etc/m2m/kubeconfig', mode: 'ro' }])
    .withEnvironment({ KUBECONFIG: '/etc/m2m/kubeconfig', M2M_OPERATOR_PORT: '0' })
    .withWaitStrategy(Wait.forLogMessage(/operator started/))
    .start()
  try {
    const { port } = await lineOf(container, 'port')
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200)
    await createPolicy(cluster.api, namespace, 'a', { compression: { mode: 'Audit' } })
    await expect.poll(() => programmedIn(cluster.api, namespace)).toEqual([`${namespace}.a`])
    await expectHardened(container)
  } finally {
    await container.stop()
    await rm(kubeconfig)
  }
})

test('the sidecar runs with the flags of bin/m2m', () => {
  const [, flags = ''] = /flags="(--no-maglev[^"]*)"/.exec(read('bin/m2m')) ?? []
  const quoted = flags.split(' ').map((flag) => JSON.stringify(flag))
  expect(flags).not.toBe('')
  // Where the code is compiled and where it runs: with other flags V8 does not take it.
  expect(read('Dockerfile.sidecar').split(quoted.join(', '))).toHaveLength(3)
})

function read(file: string): string {
  return readFileSync(join(import.meta.dirname, '../..', file), 'utf8')
}

async function build({ client }: DockerEngine, program: 'sidecar' | 'operator'): Promise<BuiltImage> {
  const image = await buildImage(client, program, base)
  printMeasured(`image of the ${program}: ${(image.bytes / 1e6).toFixed(1)} MB`)
  expect(image.bytes).toBeLessThanOrEqual(MAX_BYTES)
  return image
}

/** The first line of its log that has a field. */
async function lineOf(container: StartedTestContainer, field: string): Promise<Record<string, string>> {
  for await (const line of await container.logs()) {
    const text = String(line)
    if (text.includes(`"${field}":`)) return JSON.parse(text)
  }
  throw new Error(`it has logged no ${field}`)
}

/** Of its process, as the kernel has it: user, what it may do, whether its root can be written to. */
async function expectHardened(container: StartedTestContainer): Promise<void> {
  const script = `
    const { readFileSync, writeFileSync } = require('node:fs')
    console.log(readFileSync('/proc/1/status', 'utf8'))
    try { writeFileSync('/m2m/new', '') } catch ({ code }) { console.log(code) }`
  const { output } = await container.exec(['/nodejs/bin/node', '-e', script])
  expect(output).toMatch(/^Uid:\s+65532\s/m)
  expect(output).toMatch(/^CapEff:\s+0+$/m)
  expect(output).toMatch(/^CapBnd:\s+0+$/m)
  expect(output).toMatch(/^EROFS$/m)
}

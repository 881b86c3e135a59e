/** The images, built on a base of this machine's own and run as a restricted namespace runs them. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type StartedTestContainer, Wait } from 'testcontainers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startMock } from '../../src/mock/index.ts'
import { CHAT_PATH, wordyBody } from '../support/chat-call.ts'
import { buildImage } from '../support/docker/build-image.ts'
import { type DockerEngine, startDockerEngine } from '../support/docker/engine.ts'
import { HardenedContainer } from '../support/docker/hardened-container.ts'
import { createScratchBase } from '../support/docker/scratch-base.ts'
import { tell } from '../support/tell.ts'

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

describe('the sidecar', () => {
  test('is small, answers its probes and rewrites a call, without root and on a read-only disk', async ({ skip }) => {
    if (typeof engine === 'string') return skip(engine)
    const image = await buildImage(engine.client, 'sidecar', base)
    tell(`image of the sidecar: ${(image.bytes / 1e6).toFixed(1)} MB`)
    expect(image.bytes).toBeLessThanOrEqual(MAX_BYTES)
    const mock = await startMock()
    const args = ['--upstream', `openai=${mock.url}/v1`, '--port', '0', '--admin-port', '0']
    const container = await new HardenedContainer(image.name)
      .withCommand(args)
      .withWaitStrategy(Wait.forLogMessage(/"admin":/))
      .start()
    try {
      const { admin, data } = await addressesOf(container)
      expect((await fetch(`${admin}/livez`)).status).toBe(200)
      const body = wordyBody()
      const headers = { 'content-type': 'application/json' }
      const reply = await fetch(`${data}${CHAT_PATH}`, { method: 'POST', headers, body })
      expect(reply.status).toBe(200)
      expect(mock.requests[0]?.body.length).toBeLessThan(body.length)
      expect(await userOf(container)).toBe('65532')
    } finally {
      await container.stop()
      await mock.close()
    }
  })

  test('runs with the flags of bin/m2m', () => {
    const [, flags = ''] = /flags="(--no-maglev[^"]*)"/.exec(read('bin/m2m')) ?? []
    const dockerfile = read('Dockerfile.sidecar')
    const quoted = flags.split(' ').map((flag) => JSON.stringify(flag))
    expect(flags).not.toBe('')
    // Where the code is compiled and where it runs: with other flags V8 does not take it.
    expect(dockerfile.split(quoted.join(', '))).toHaveLength(3)
  })
})

function read(file: string): string {
  return readFileSync(join(import.meta.dirname, '../..', file), 'utf8')
}

async function addressesOf(container: StartedTestContainer): Promise<{ admin: string; data: string }> {
  for await (const line of await container.logs()) {
    const text = String(line)
    if (text.includes('"admin":')) return JSON.parse(text)
  }
  throw new Error('the sidecar told no addresses')
}

/** Of its process, as the kernel has it. */
async function userOf(container: StartedTestContainer): Promise<string | undefined> {
  const script = "console.log(require('node:fs').readFileSync('/proc/1/status', 'utf8'))"
  const { output } = await container.exec(['/nodejs/bin/node', '-e', script])
  return /^Uid:\s+(\d+)/m.exec(output)?.[1]
}

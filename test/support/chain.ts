/**
 * A sidecar in front of a mock model, beside a second mock that clients reach directly: for tests that compare a real SDK's
 * call with and without a sidecar. For bytes, sockets and policies, see `edge.ts`.
 */

import { test as base } from 'vitest'
import { startSidecar } from '../../sidecar/start.ts'
import { parseUpstream } from '../../src/core/policy/index.ts'
import { type Mock, type MockOptions, startMock } from '../../src/mock/index.ts'
import { testConfig } from './test-config.ts'
import { closeAfterTest } from './wire.ts'

export interface Chain {
  /** The sidecar's data port. */
  readonly url: string
  /** Behind the sidecar. */
  readonly mock: Mock
  /** For the same call without a sidecar: receives the request as the client wrote it. */
  readonly straight: Mock
  close(): Promise<void>
}

/** `test` with a chain: one for the whole file, started by the first test that names it, its mocks reset after each. */
export const test = base
  .extend('mockOptions', { scope: 'file' }, {} as MockOptions)
  .extend('chainOfFile', { scope: 'file' }, async ({ mockOptions }, { onCleanup }) => {
    const chain = await startChain(mockOptions)
    onCleanup(() => chain.close())
    return chain
  })
  .extend('chain', ({ chainOfFile }, { onCleanup }) => {
    onCleanup(() => {
      chainOfFile.mock.reset()
      chainOfFile.straight.reset()
    })
    return chainOfFile
  })

/** `test` with a chain that no other test has used. */
export const testOfFreshChain = base
  .extend('mockOptions', {} as MockOptions)
  .extend('chain', async ({ mockOptions }, { onCleanup }) => {
    const chain = await startChain(mockOptions)
    onCleanup(() => chain.close())
    return chain
  })

/** The two mocks of a chain, with a sidecar for each test to choose its upstreams. */
export interface Servers extends Pick<Chain, 'mock' | 'straight'> {
  /** A sidecar with these upstreams, as a person writes them; `MOCK` stands for the mock's URL. @returns its data port */
  sidecar(...upstreams: readonly string[]): Promise<string>
}

/** `test` with two mocks, and sidecars with upstreams of the test's own. */
export const testOfUpstreams = base.extend('servers', async ({ onTestFinished }): Promise<Servers> => {
  const mock = await closeAfterTest(startMock(), onTestFinished)
  const straight = await closeAfterTest(startMock(), onTestFinished)
  return {
    mock,
    straight,
    async sidecar(...texts) {
      const upstreams = texts.map((text) => parseUpstream(text.replace('MOCK', mock.url)))
      return (await closeAfterTest(startSidecar(testConfig({ proxy: { upstreams } })), onTestFinished)).dataUrl
    },
  }
})

/** Enforce, Safe, every dialect served by the one mock. */
async function startChain(options: MockOptions): Promise<Chain> {
  const [mock, straight] = await Promise.all([startMock(options), startMock(options)])
  const upstreams = ['openai', 'anthropic', 'ollama'].map((name) => ({ name, url: mock.url }))
  const sidecar = await startSidecar(testConfig({ proxy: { upstreams }, drain: { graceMs: 1_000 } }))
  return {
    url: sidecar.dataUrl,
    mock,
    straight,
    async close() {
      await sidecar.close()
      await Promise.all([mock.close(), straight.close()])
    },
  }
}

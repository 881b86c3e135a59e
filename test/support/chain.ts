/**
 * A sidecar in front of a mock model, beside a second mock that clients reach directly: for tests that compare a real SDK's
 * call with and without a sidecar. For bytes, sockets and policies, see `edge.ts`.
 */

import { test as base } from 'vitest'
import { startSidecar } from '../../sidecar/start.ts'
import { type Mock, type MockOptions, startMock } from '../../src/mock/index.ts'
import { testConfig } from './test-config.ts'

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

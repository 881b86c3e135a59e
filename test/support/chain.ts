/** A sidecar in front of a mock model, and a second mock that clients reach straight: what it gets is what they send. */

import { startSidecar } from '../../sidecar/start.ts'
import { type Mock, type MockOptions, startMock } from '../../src/mock/index.ts'

export interface Chain {
  /** The sidecar's data port. */
  readonly url: string
  readonly adminUrl: string
  /** Behind the sidecar. */
  readonly mock: Mock
  /** For the same call without a sidecar. */
  readonly straight: Mock
  close(): Promise<void>
}

/** Enforce, Safe, every dialect served by the one mock. */
export async function startChain(options: MockOptions = {}): Promise<Chain> {
  const [mock, straight] = await Promise.all([startMock(options), startMock(options)])
  const sidecar = await startSidecar({
    proxy: {
      host: '127.0.0.1',
      port: 0,
      upstreams: ['openai', 'anthropic', 'ollama'].map((name) => ({ name, url: mock.url })),
      mode: 'Enforce',
      profile: 'Safe',
    },
    admin: { host: '127.0.0.1', port: 0 },
    policy: { path: undefined, pollMs: 1_000 },
    log: { level: 'error' },
    otlp: { endpoint: undefined, serviceName: 'm2m' },
    record: { dir: undefined, maxBytes: 0 },
    drain: { graceMs: 1_000 },
  })
  return {
    url: sidecar.dataUrl,
    adminUrl: sidecar.adminUrl,
    mock,
    straight,
    async close() {
      await sidecar.close()
      await Promise.all([mock.close(), straight.close()])
    },
  }
}

/** `test` for the wire: a test names the servers that it needs; they start with it and close after it, failed or not. */

import { test as base, type TestContext } from 'vitest'
import { type Edge, type EdgeOptions, startEdge } from './edge.ts'
import { startTcpUpstream, startUpstream, type TcpUpstream, type Upstream } from './upstream.ts'

type OnFinished = TestContext['onTestFinished']

/**
 * @example
 * test('a call passes', async ({ edge, upstream }) => {
 *   await edge.post(CHAT_PATH, chatBody())
 *   expect(upstream.seen).toHaveLength(1)
 * })
 */
export const test = base
  // The last to start is the first to close: a sidecar before its upstream.
  .extend('upstream', ({ onTestFinished }): Promise<Upstream> => closeAfterTest(startUpstream(), onTestFinished))
  .extend('tcpUpstream', ({ onTestFinished }): Promise<TcpUpstream> => {
    return closeAfterTest(startTcpUpstream(), onTestFinished)
  })
  /** Starts a sidecar with a policy or an upstream of its own. */
  .extend('startEdge', ({ onTestFinished }): StartEdge => {
    return (upstreamUrl, options) => closeAfterTest(startEdge(upstreamUrl, options), onTestFinished)
  })
  /** A sidecar with the default policy in front of `upstream`. */
  .extend('edge', ({ startEdge, upstream }): Promise<Edge> => startEdge(upstream.url))

type StartEdge = (upstreamUrl: string, options?: EdgeOptions) => Promise<Edge>

/** `test` with one sidecar for the whole file, for tests that leave nothing behind in it and need no upstream. */
export const testOfOneEdge = base
  .extend('options', { scope: 'file' }, {} as EdgeOptions)
  .extend('edge', { scope: 'file' }, async ({ options }, { onCleanup }): Promise<Edge> => {
    const edge = await startEdge(NOWHERE, options)
    onCleanup(() => edge.close())
    return edge
  })

/** Nothing listens there. */
export const NOWHERE = 'http://127.0.0.1:9'

/** Waits for a server, and closes it when the test has finished. */
export async function closeAfterTest<T extends Closable>(starting: Promise<T>, onFinished: OnFinished): Promise<T> {
  const started = await starting
  onFinished(() => started.close())
  return started
}

interface Closable {
  close(): Promise<void>
}

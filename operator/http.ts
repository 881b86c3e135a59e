/** `/healthz`, `/readyz` and `/metrics`: what Kubernetes and Prometheus ask of the process. */

import { createServer } from 'node:http'
import { type Address, listen } from './listen.ts'

export interface HealthServer {
  readonly port: number
  close(): Promise<void>
}

export interface HealthSources {
  /** Why the process is not ready, one cause a line; none: it is. */
  notReady(): readonly string[]
  metrics(): Promise<string>
}

type Page = () => Promise<{ readonly status: number; readonly text: string }>

/** @throws M2MError PORT_IN_USE */
export async function serveHealth(address: Address, { notReady, metrics }: HealthSources): Promise<HealthServer> {
  const pages: Readonly<Record<string, Page>> = {
    '/healthz': async () => ({ status: 200, text: 'ok\n' }),
    '/readyz': async () => {
      const causes = notReady()
      return causes.length === 0 ? { status: 200, text: 'ok\n' } : { status: 503, text: `${causes.join('\n')}\n` }
    },
    '/metrics': async () => ({ status: 200, text: await metrics() }),
  }
  const server = createServer(async ({ method, url = '/' }, response) => {
    const path = url.split('?', 1)[0] ?? ''
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined
    // A fault of a page must not end the process: the request waits for nobody to catch it.
    const { status, text } = await answer(method, page).catch(faultPage)
    response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text)
  })
  server.requestTimeout = 10_000
  const port = await listen(server, address)
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(method: string | undefined, page: Page | undefined): ReturnType<Page> {
  if (page === undefined) return { status: 404, text: 'here are /healthz, /readyz and /metrics\n' }
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, text: 'GET only\n' }
  return page()
}

function faultPage(error: unknown): Awaited<ReturnType<Page>> {
  return { status: 500, text: `${error instanceof Error ? error.message : String(error)}\n` }
}

/** A collector of spans: OTLP over HTTP, in protobuf. */

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { type ReadSpan, readSpans } from './otlp.ts'

export interface Collector {
  readonly port: number
  /** So far, in order of arrival. */
  readonly spans: readonly ReadSpan[]
  close(): void
}

export async function startCollector(): Promise<Collector> {
  const spans: ReadSpan[] = []
  const server = createServer(async (request, response) => {
    spans.push(...readSpans(await buffer(request)))
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    spans,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

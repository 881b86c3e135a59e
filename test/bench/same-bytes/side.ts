/** One of the two sides: the sidecar of a build, with a model server, a collector of spans and its log lines. */

import { type Client, type ClientReply, createClient } from './client.ts'
import { startCollector } from './collector.ts'
import type { Exchange } from './exchange.ts'
import { type ModelServer, type ReceivedRequest, startModelServer } from './model-server.ts'
import type { ReadSpan } from './otlp.ts'
import { type LogLine, type SidecarProcess, startSidecarProcess, type Variant } from './sidecar-process.ts'

/** What one exchange left on one side. */
export interface Observed {
  /** What the model server received, more than one request where a refused one was sent again. */
  readonly received: readonly ReceivedRequest[]
  readonly reply: ClientReply
}

export interface Side {
  /** Ports that differ between the sides, by their name in a comparison. */
  readonly ports: Readonly<Record<string, number>>
  play(exchange: Exchange): Promise<Observed>
  /** The text of `/metrics`. */
  metrics(): Promise<string>
  /** Ends the sidecar, and waits for its last spans and lines. */
  stop(): Promise<Left>
}

/** What a sidecar left when it ended. */
export interface Left {
  readonly lines: readonly LogLine[]
  readonly spans: readonly ReadSpan[]
}

/** @param root the folder of the build */
export async function startSide(root: string, variant: Variant): Promise<Side> {
  const model = await startModelServer()
  const collector = await startCollector()
  const sidecar = await startSidecarProcess(root, { variant, model: model.port, collector: collector.port })
  const client = createClient(sidecar.ports)
  return {
    ports: { ...sidecar.ports, model: model.port },
    async play(exchange) {
      const reply = await client.send(exchange)
      return { reply, received: model.take() }
    },
    async metrics() {
      const reply = await fetch(`http://127.0.0.1:${sidecar.ports.admin}/metrics`)
      return reply.text()
    },
    stop: () => stop({ model, collector, sidecar, client }),
  }
}

interface Parts {
  readonly model: ModelServer
  readonly collector: Awaited<ReturnType<typeof startCollector>>
  readonly sidecar: SidecarProcess
  readonly client: Client
}

async function stop({ model, collector, sidecar, client }: Parts): Promise<Left> {
  client.close()
  const lines = await sidecar.stop()
  model.close()
  collector.close()
  return { lines, spans: collector.spans }
}

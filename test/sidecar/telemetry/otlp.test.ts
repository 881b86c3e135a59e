import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { createLogger } from '../../../sidecar/log.ts'
import { createStatistics, createTelemetry, type Telemetry } from '../../../sidecar/telemetry/index.ts'
import { callSummary, chat } from './calls.ts'

interface Export {
  readonly path: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections()
})

/** A collector that answers with `status`, or never when undefined. */
async function collector(status: number | undefined): Promise<{ url: string; exports: Export[] }> {
  const exports: Export[] = []
  const server = createServer((request, reply) => {
    const chunks: Buffer[] = []
    request.on('error', () => undefined).on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      exports.push({ path: request.url, headers: request.headers, body: Buffer.concat(chunks) })
      if (status !== undefined) reply.writeHead(status).end()
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  server.unref()
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, exports }
}

async function telemetryTo(endpoint: string, lines: string[] = []): Promise<Telemetry> {
  const log = createLogger({ level: 'info', destination: { write: (line) => lines.push(line) } })
  return createTelemetry({ otlp: { endpoint, serviceName: 'm2m-test' } }, { statistics: createStatistics(), log })
}

test('says in every batch which pod its spans are of', async () => {
  const { url, exports } = await collector(200)
  const pod = { namespace: 'shop', name: 'api-0', node: undefined, workload: 'api', workloadKind: 'Deployment' }
  const log = createLogger({ level: 'error' })
  const telemetry = await createTelemetry(
    { otlp: { endpoint: url, serviceName: 'm2m-test' } },
    { statistics: createStatistics(), log, pod },
  )
  telemetry.begin({}, chat).end(callSummary())
  await telemetry.close(2000)
  const body = exports[0]?.body.toString('latin1') ?? ''
  for (const text of ['k8s.namespace.name', 'k8s.pod.name', 'api-0', 'k8s.deployment.name'])
    expect(body).toContain(text)
  expect(body).not.toContain('k8s.node.name')
})

test.each([
  ['a base URL', '', '/v1/traces'],
  ['one with a path', '/otlp/', '/otlp/v1/traces'],
  ['the whole URL', '/v1/traces', '/v1/traces'],
])('exports spans as OTLP protobuf to %s', async (_name, suffix, path) => {
  const { url, exports } = await collector(200)
  const telemetry = await telemetryTo(url + suffix)
  telemetry.begin({}, chat).end(callSummary())
  telemetry.begin({}, chat).end(callSummary())
  await telemetry.close(2000)
  expect(exports).toHaveLength(1)
  expect(exports[0]?.path).toBe(path)
  expect(exports[0]?.headers['content-type']).toBe('application/x-protobuf')
  // Protobuf holds strings unchanged.
  const body = exports[0]?.body.toString('latin1') ?? ''
  for (const text of ['m2m-test', 'chat gpt-4o', 'gen_ai.operation.name', 'm2m.tokens.saved', 'team-a']) {
    expect(body).toContain(text)
  }
})

test('closes in time when the collector never answers', async () => {
  const { url, exports } = await collector(undefined)
  const telemetry = await telemetryTo(url)
  telemetry.begin({}, chat).end(callSummary())
  await telemetry.close(2000)
  expect(exports).toHaveLength(1)
})

test('logs once that the collector refuses spans, and closes all the same', async () => {
  const { url } = await collector(400)
  const lines: string[] = []
  const telemetry = await telemetryTo(url, lines)
  for (let i = 0; i < 1100; i++) telemetry.begin({}, chat).end(callSummary())
  await telemetry.close(2000)
  expect(lines.filter((line) => line.includes('spans cannot be exported'))).toHaveLength(1)
})

test('takes calls without a collector, without growing', async () => {
  const telemetry = await telemetryTo('http://127.0.0.1:9')
  for (let i = 0; i < 5000; i++) telemetry.begin({}, chat).end(callSummary())
  await telemetry.close(2000)
  expect(await telemetry.prometheusText()).toMatch(/m2m_requests_total\{.*\} 5000/)
})

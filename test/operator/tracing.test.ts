import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { trace } from '@opentelemetry/api'
import { expect, test } from 'vitest'
import { inSpan, startTracing } from '../../operator/tracing.ts'

test.each([
  {},
  { OTEL_EXPORTER_OTLP_ENDPOINT: '' },
  { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_SDK_DISABLED: 'true' },
])('nothing is traced with %o', async (env) => {
  const end = await startTracing(env, 'm2m-operator')
  await inSpan('a', {}, async () => expect(trace.getActiveSpan()?.isRecording() ?? false).toBe(false))
  await end()
})

test('a span for each piece of work goes to the endpoint, with its attributes and its failure', async () => {
  const bodies: string[] = []
  const server = createServer(async (incoming, reply) => {
    const pieces: Buffer[] = []
    for await (const piece of incoming) pieces.push(piece as Buffer)
    bodies.push(`${incoming.url} ${Buffer.concat(pieces).toString('latin1')}`)
    reply.writeHead(200).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = endpoint
  const end = await startTracing(process.env, 'm2m-operator')
  await inSpan('reconcile bundle', { 'k8s.namespace.name': 'shop' }, async () => undefined)
  const failure = inSpan('reconcile status', { 'm2m.policy': 'a' }, () => Promise.reject(new Error('refused')))
  await expect(failure).rejects.toThrow('refused')
  await end()
  server.close()
  expect(bodies.every((body) => body.startsWith('/v1/traces '))).toBe(true)
  for (const text of ['reconcile bundle', 'k8s.namespace.name', 'shop', 'm2m.policy', 'refused', 'm2m-operator']) {
    expect(bodies.join('')).toContain(text)
  }
})

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type FastifyInstance, fastify } from 'fastify'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type PreviewResult, registerAdmin, registerStatus, type SidecarState } from '../../../sidecar/admin/index.ts'
import { PROBES } from '../../../sidecar/admin/probes.ts'
import { createStatistics } from '../../../sidecar/telemetry/index.ts'
import { callSummary } from '../telemetry/calls.ts'

let app: FastifyInstance
let state: SidecarState
const samples: string[] = []

beforeEach(() => {
  state = 'ready'
  samples.length = 0
  app = fastify()
  const statistics = createStatistics()
  statistics.record(callSummary())
  const preview = async (sample: string): Promise<PreviewResult> => {
    samples.push(sample)
    return {
      kind: 'text',
      before: sample,
      after: 'b',
      model: null,
      outcome: 'compressed',
      tokens: { original: 2, sent: 1, saved: 1 },
      accuracy: 'exact',
      techniques: {},
    }
  }
  const pinStore = { unpin: () => ({ results: 3 }) }
  registerAdmin(app, { statistics, preview, pinStore, state: () => state })
})

afterEach(() => app.close())

const probes: [SidecarState, string, number][] = [
  ['starting', '/livez', 200],
  ['starting', '/startupz', 503],
  ['starting', '/readyz', 503],
  ['ready', '/livez', 200],
  ['ready', '/startupz', 200],
  ['ready', '/readyz', 200],
  ['draining', '/livez', 200],
  ['draining', '/startupz', 200],
  ['draining', '/readyz', 503],
]

describe('probes', () => {
  const telemetry = { prometheusText: async () => '# metrics\n' }
  let isShown = true
  const deps = {
    telemetry,
    policies: {
      get current() {
        return { telemetry: { metrics: isShown } }
      },
    },
    state: () => state,
  }
  const server = createServer((req, res) => void PROBES.get(req.url ?? '')?.(res, deps))
  const ask = async (path: string): Promise<[number, string | null, string]> => {
    const reply = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`)
    return [reply.status, reply.headers.get('content-type'), await reply.text()]
  }

  beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'))
  afterAll(() => server.close())

  test.each(probes)('while %s: %s answers %i', async (now, url, status) => {
    state = now
    expect(await ask(url)).toEqual([status, 'text/plain', `${now}\n`])
  })

  test('metrics are there unless the policy hides them', async () => {
    isShown = true
    expect(await ask('/metrics')).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8', '# metrics\n'])
    isShown = false
    const hidden = [404, 'text/plain', 'M2M: the policy has telemetry.metrics: false\n']
    expect(await ask('/metrics')).toEqual(hidden)
  })
})

const ours = { host: 'localhost:4142' }
const post = { method: 'POST', url: '/preview', headers: ours } as const

describe('the savings page', () => {
  test('is one document that may load nothing but its own style, script and figures', async () => {
    const reply = await app.inject({ url: '/', headers: ours })
    expect(reply.headers['content-type']).toBe('text/html; charset=utf-8')
    const policy = String(reply.headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    expect(reply.body).not.toMatch(/(src|href)="(?!data:,")/)
    expect(reply.body).not.toMatch(/\sstyle="|\son[a-z]+="|innerHTML/)
  })

  test('shows figures, never cached', async () => {
    const reply = await app.inject({ url: '/stats', headers: ours })
    expect(reply.headers['cache-control']).toBe('no-store')
    expect(reply.json()).toMatchObject({ requests_total: 1, tokens_saved: 300 })
  })
})

describe('the preview', () => {
  test('compresses pasted text', async () => {
    const reply = await app.inject({ ...post, payload: { sample: 'a sample' } })
    expect(reply.json()).toMatchObject({ before: 'a sample', after: 'b' })
    expect(samples).toEqual(['a sample'])
  })

  test.each<[string, string, string, number]>([
    ['a form', 'application/x-www-form-urlencoded', 'sample=a', 415],
    ['plain text, which any site may send', 'text/plain', '{"sample":"a"}', 415],
    ['what is not JSON', 'application/json', '{"sample"', 400],
    ['an empty sample', 'application/json', '{"sample":""}', 400],
    ['no sample', 'application/json', '{}', 400],
    ['more than a megabyte', 'application/json', JSON.stringify({ sample: 'a'.repeat(1024 * 1024) }), 413],
  ])('refuses %s', async (_name, type, payload, status) => {
    const reply = await app.inject({ ...post, headers: { ...ours, 'content-type': type }, payload })
    expect(reply.statusCode).toBe(status)
    expect(samples).toEqual([])
  })
})

describe('the switch that unpins', () => {
  const unpin = { method: 'POST', url: '/unpin', headers: ours } as const

  test('PC-7: answers this machine with how many results it concerns', async () => {
    const reply = await app.inject(unpin)
    expect([reply.statusCode, reply.json()]).toEqual([200, { results: 3 }])
  })
})

describe("the data port's own paths", () => {
  const data = fastify()
  let now: SidecarState = 'ready'
  registerStatus(data, { statistics: createStatistics(), state: () => now })

  test.each(['/health', '/_m2m/health'])('%s reports healthy until draining', async (url) => {
    now = 'ready'
    const healthy = await data.inject({ url })
    expect(healthy.statusCode).toBe(200)
    expect(healthy.json()).toMatchObject({ status: 'healthy', service: 'm2m-proxy', version: expect.any(String) })
    now = 'draining'
    const draining = await data.inject({ url })
    expect(draining.statusCode).toBe(503)
    expect(draining.json()).toMatchObject({ status: 'draining' })
  })

  test.each(['/stats', '/_m2m/stats'])('%s answers with the figures', async (url) => {
    expect((await data.inject({ url })).json()).toMatchObject({ requests_total: 0, savings_percent: null })
  })
})

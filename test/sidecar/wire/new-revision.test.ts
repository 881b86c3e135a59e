/** A policy that changes while sessions are live: counted once for each, and a session may change sides. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLogger } from '../../../sidecar/log.ts'
import { type RunningSidecar, startSidecar } from '../../../sidecar/start.ts'
import type { StatisticsSnapshot } from '../../../sidecar/telemetry/statistics/statistics.ts'
import { closeAfterEach } from '../../support/close-after-each.ts'
import { startUpstream, type Upstream, wordyBody } from '../../support/edge.ts'

let upstream: Upstream
let sidecar: RunningSidecar
let folder: string
closeAfterEach(() => [sidecar, upstream, { close: () => rm(folder, { recursive: true }) }])

test('a new revision is counted once for each live session', async () => {
  upstream = await startUpstream((res) => res.end('{}'))
  folder = await mkdtemp(join(tmpdir(), 'm2m-revision-'))
  await apply({ mode: 'Enforce' })
  sidecar = await startSidecar(
    {
      proxy: { host: '127.0.0.1', port: 0, upstreams: [], mode: 'Enforce', profile: 'Safe' },
      admin: { host: '127.0.0.1', port: 0 },
      policy: { path: join(folder, 'm2mpolicy.yaml'), pollMs: 20 },
      log: { level: 'error' },
      otlp: { endpoint: undefined, serviceName: 'm2m' },
      record: { dir: undefined, maxBytes: 0 },
      drain: { graceMs: 0 },
    },
    { log: createLogger({ level: 'error', destination: { write: () => {} } }) },
  )
  for (const session of ['a', 'b', 'a', 'b']) expect(await call(session)).toBe('compressed')
  expect((await stats()).prefix.changed).toBe(0)

  await apply({ mode: 'Audit' })
  await expect.poll(() => call('a')).toBe('audit')
  await call('a')
  expect((await stats()).prefix).toMatchObject({ changed: 1, broken: 0 })
  await call('b')
  const { prefix, groups } = await stats()
  expect(prefix).toMatchObject({ changed: 2, broken: 0 })
  expect(groups).toMatchObject({
    treated: { sessions: 2, live_sessions: 0 },
    audit: { sessions: 2, live_sessions: 2 },
  })
  const metrics = await (await fetch(`${sidecar.adminUrl}/metrics`)).text()
  expect(metrics).toContain('m2m_prefix_changed_total{policy="team",provider="openai"} 2')
  expect(metrics).toContain('m2m_session_turns_count{group="treated"} 2')
})

async function apply(compression: object): Promise<void> {
  const providers = [{ name: 'openai', baseURL: upstream.url, allowInsecure: true }]
  const policy = {
    apiVersion: 'm2m.io/v1alpha1',
    kind: 'M2MPolicy',
    metadata: { name: 'team' },
    spec: { providers, compression },
  }
  await writeFile(join(folder, 'm2mpolicy.yaml'), JSON.stringify(policy))
}

async function call(session: string): Promise<string | null> {
  const reply = await fetch(`${sidecar.dataUrl}/v1/chat/completions`, {
    method: 'POST',
    body: wordyBody(),
    headers: { 'x-m2m-session': session },
  })
  await reply.text()
  return reply.headers.get('x-m2m-outcome')
}

async function stats(): Promise<StatisticsSnapshot> {
  return (await (await fetch(`${sidecar.dataUrl}/stats`)).json()) as StatisticsSnapshot
}

/** A list-and-watch loop behind an API server that misbehaves: nothing is lost, and nothing is told twice. */

import { setTimeout as sleep } from 'node:timers/promises'
import { describe } from 'vitest'
import type { Cluster } from '../support/kube/cluster.ts'
import { test } from '../support/kube/cluster-test.ts'
import { type RecordedCall, type Rule, startRecordingProxy, type Treatment } from '../support/kube/recording-proxy.ts'
import { configMap, pathOf, valuesAt, valuesOf, watchConfigMaps } from '../support/kube/watched.ts'

interface Disturbance {
  readonly name: string
  /** Lists or watches. */
  readonly of: 'list' | 'watch'
  readonly treatment: Treatment
  /** Lists over all; watches that expired cost one each. */
  readonly lists: number
}

const EXPIRED = { kind: 'Status', status: 'Failure', reason: 'Expired', code: 410, message: 'too old' }

const DISTURBANCES: readonly Disturbance[] = [
  { name: 'a list that is never answered', of: 'list', treatment: 'hang', lists: 3 },
  { name: 'a list that is cut', of: 'list', treatment: 'cut', lists: 2 },
  { name: 'a list that is HTML', of: 'list', treatment: { status: 200, body: '<html>' }, lists: 3 },
  { name: 'a list that is no list', of: 'list', treatment: { status: 200, body: {} }, lists: 3 },
  { name: 'a list that fails', of: 'list', treatment: { status: 500, body: 'etcd is away' }, lists: 3 },
  { name: 'a watch that is never answered', of: 'watch', treatment: 'hang', lists: 1 },
  { name: 'a watch that is cut', of: 'watch', treatment: 'cut', lists: 1 },
  { name: 'a watch that fails', of: 'watch', treatment: { status: 503, body: '<html>' }, lists: 1 },
  { name: 'a watch that is refused for now', of: 'watch', treatment: later(), lists: 1 },
  { name: 'a watch that has expired', of: 'watch', treatment: { status: 410, body: EXPIRED }, lists: 3 },
  { name: 'a watch that expires', of: 'watch', treatment: says({ type: 'ERROR', object: EXPIRED }), lists: 3 },
  { name: 'a 500 inside a watch', of: 'watch', treatment: says(error(500)), lists: 1 },
  { name: 'a 429 inside a watch', of: 'watch', treatment: says(error(429)), lists: 1 },
  { name: 'half a line', of: 'watch', treatment: { status: 200, body: '{"type":"ADDED","obj' }, lists: 1 },
  { name: 'half a line, then silence', of: 'watch', treatment: silence('{"type":"ADD'), lists: 1 },
  { name: 'a watch that says nothing', of: 'watch', treatment: silence('\n'), lists: 1 },
  { name: 'a line that is no JSON', of: 'watch', treatment: { status: 200, body: 'upstream error\n' }, lists: 1 },
  { name: 'a line that is no event', of: 'watch', treatment: says({ type: 'ADDED' }), lists: 1 },
  { name: 'a watch that ends at once', of: 'watch', treatment: { status: 200, body: '' }, lists: 1 },
]

/** How often in a row. */
const TIMES = 2

/** Of the client under test: a tenth of what it allows by default, or less. */
const SHORT = { timeoutMs: 1_000, silenceMs: 2_000 }

describe.concurrent('changes go on all the while', () => {
  test.for(DISTURBANCES)('$name', async (disturbance, { cluster, namespace, expect }) => {
    const proxy = await startRecordingProxy(cluster)
    const disturb = disturbing(disturbance)
    proxy.setRule(disturb.rule)
    await cluster.api.create(pathOf(namespace), configMap('old', '0'))
    const watched = watchConfigMaps(cluster.kubeConfig({ url: proxy.url }), { namespace, client: SHORT })
    watched.watch.start()
    const written = writeUntil(cluster, namespace, disturb.isOver)
    const values = await written
    await expect.poll(() => valuesOf(watched)).toEqual(await valuesAt(watched.client, namespace))
    expect(valuesOf(watched)).toMatchObject(values)
    expect(watched.doubles).toEqual([])
    expect(watched.lists).toHaveLength(disturbance.lists)
    expect(watched.faults.length).toBeLessThanOrEqual(TIMES)
    await watched.close()
    await proxy.close()
  })
})

function disturbing({ of, treatment }: Disturbance): { rule: Rule; isOver: () => boolean } {
  let rest = TIMES
  let hasRecovered = false
  const rule = (call: RecordedCall): Treatment | undefined => {
    if (kindOf(call) !== of) return undefined
    if (rest-- > 0) return treatment
    hasRecovered = true
    return undefined
  }
  return { rule, isOver: () => hasRecovered }
}

function kindOf({ method, url }: RecordedCall): Disturbance['of'] | undefined {
  if (method !== 'GET' || !url.includes('/configmaps?')) return undefined
  return url.includes('watch=true') ? 'watch' : 'list'
}

/** Makes, changes and deletes objects until the disturbance is over, and a little longer. @returns what is left */
async function writeUntil({ api }: Cluster, namespace: string, isOver: () => boolean): Promise<Record<string, string>> {
  const path = pathOf(namespace)
  let round = 0
  for (let rest = 3; rest > 0; round++) {
    if (isOver()) rest--
    await api.create(path, configMap(`round-${round}`, 'new'))
    await api.merge(`${path}/old`, { data: { value: `${round}` } })
    if (round > 0) await api.delete(`${path}/round-${round - 1}`)
    await sleep(100)
  }
  return { old: `${round - 1}`, [`round-${round - 1}`]: 'new' }
}

function says(line: object): Treatment {
  return { status: 200, body: `${JSON.stringify(line)}\n` }
}

function silence(body: string): Treatment {
  return { status: 200, body, staysOpen: true }
}

function later(): Treatment {
  return { status: 429, headers: { 'retry-after': '1' }, body: { kind: 'Status', code: 429 } }
}

function error(code: number): object {
  return { type: 'ERROR', object: { kind: 'Status', status: 'Failure', code, details: { retryAfterSeconds: 1 } } }
}

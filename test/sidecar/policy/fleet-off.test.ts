/** The fleet's off switch, end to end: an Override policy reaches a sidecar process by its bundle, and stops new rewriting. */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, vi } from 'vitest'
import {
  acceptPolicy,
  type ClusterPolicy,
  isRefused,
  policiesOf,
  writeBundle,
} from '../../../src/core/policy/documents.ts'
import { MAIN } from '../../cli/run-cli.ts'
import { CHAT_PATH, chatBody } from '../../support/chat-call.ts'
import { printSeconds } from '../../support/kube/print-measured.ts'
import { type KubeletVolume, kubeletVolume } from '../../support/kubelet-volume.ts'
import { test } from '../../support/wire.ts'

const NAMESPACE = { name: 'shop', labels: { 'kubernetes.io/metadata.name': 'shop' } }
const WIDE = { namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'Exists' }] } }

let folder: string
let bundle: KubeletVolume
let child: ChildProcess | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'm2m-fleet-'))
  bundle = kubeletVolume(join(folder, 'bundle'))
})

afterEach(() => {
  child?.kill('SIGKILL')
  child = undefined
  rmSync(folder, { recursive: true })
})

test('8: an Override with mode Disabled stops new rewriting at once, and conversations keep their forms', async ({
  upstream,
}) => {
  const providers = [{ name: 'openai', baseURL: upstream.url, allowInsecure: true }]
  const agents = accepted('agents', 'shop', { providers, selector: { matchLabels: { app: 'api' } } })
  // Without providers: the pod's calls go where its own policy says.
  const off = { ...WIDE, scope: 'Override', compression: { mode: 'Disabled' } }
  bundle.mount(written([agents]))
  const { url, adminUrl, line } = await startSidecarProcess()
  expect(line).toMatchObject({ namespace: 'shop', pod: 'api-0', workload: 'StatefulSet/api' })
  const policyInForce = async (): Promise<string> => {
    const text = await (await fetch(`${adminUrl}/metrics`)).text()
    return /^m2m_policy_info\{policy="([^"]*)"/m.exec(text)?.[1] ?? ''
  }
  const send = async (body: string): Promise<{ outcome: string | null; sent: string }> => {
    const reply = await fetch(url + CHAT_PATH, { method: 'POST', body, headers: { authorization: 'Bearer key' } })
    await reply.text()
    return { outcome: reply.headers.get('x-m2m-outcome'), sent: upstream.seen.at(-1)?.body.toString() ?? '' }
  }
  expect(await policyInForce()).toBe('agents')
  const first = await send(conversation('a', 1))
  expect(first.outcome).toBe('compressed')

  const since = performance.now()
  bundle.mount(written([agents, accepted('off', 'm2m-system', off)]))
  await vi.waitFor(async () => expect(await policyInForce()).toBe('off'), { timeout: 20_000, interval: 50 })
  printSeconds('swapped volume to policy in force', since)
  expect(await send(conversation('b', 1))).toEqual({ outcome: 'passthrough', sent: conversation('b', 1) })
  const second = await send(conversation('a', 2))
  expect(resultsOf(second.sent)).toEqual([resultsOf(first.sent)[0], resultsOf(conversation('a', 2))[1]])

  bundle.mount(written([agents, accepted('off', 'm2m-system', { ...off, suspend: true })]))
  await vi.waitFor(async () => expect(await policyInForce()).toBe('agents'), { timeout: 20_000, interval: 50 })
  expect((await send(conversation('c', 1))).outcome).toBe('compressed')
})

function accepted(name: string, namespace: string, spec: object): ClusterPolicy {
  const found = acceptPolicy(
    { metadata: { name, namespace, creationTimestamp: '2026-01-01T00:00:00Z' }, spec },
    'm2m-system',
  )
  if (isRefused(found)) throw new Error(found.message)
  return found
}

function written(policies: readonly ClusterPolicy[]): Readonly<Record<string, string>> {
  return writeBundle(policiesOf(NAMESPACE, policies)).files
}

/** A history in which the model has answered all results but the last. */
function conversation(id: string, turns: number): string {
  const messages = Array.from({ length: turns }, (_, turn) => {
    const call = { id: `${id}${turn}`, type: 'function', function: { name: 'list', arguments: '{}' } }
    const rows = Array.from({ length: 30 }, (_row, row) => ({ id: row, name: `item ${row} of ${id}${turn}` }))
    return [
      { role: 'user', content: `question ${turn} of ${id}` },
      { role: 'assistant', tool_calls: [call] },
      { role: 'tool', tool_call_id: call.id, content: JSON.stringify(rows, null, 4) },
    ]
  })
  return chatBody({ messages: messages.flat() })
}

function resultsOf(body: string): string[] {
  const { messages } = JSON.parse(body) as { messages: { role: string; content: string }[] }
  return messages.filter(({ role }) => role === 'tool').map(({ content }) => content)
}

/** As the injector will start it: all by environment, labels and bundle from volumes. */
async function startSidecarProcess(): Promise<{ url: string; adminUrl: string; line: unknown }> {
  const podinfo = kubeletVolume(join(folder, 'podinfo'))
  podinfo.mount({ labels: 'app="api"\npod-template-hash="5d4"' })
  child = spawn(process.execPath, [MAIN, 'proxy'], {
    env: {
      ...process.env,
      HOME: folder,
      M2M_PROXY_PORT: '0',
      M2M_ADMIN_PORT: '0',
      M2M_PROXY_MODE: 'Audit',
      M2M_POLICY: bundle.path,
      M2M_POD_LABELS_PATH: join(podinfo.path, 'labels'),
      M2M_POD_NAMESPACE: 'shop',
      M2M_POD_NAME: 'api-0',
      M2M_WORKLOAD_NAME: 'api',
      M2M_WORKLOAD_KIND: 'StatefulSet',
    },
  })
  let log = ''
  for await (const chunk of child.stdout ?? []) {
    log += chunk
    const ready = log.split('\n').find((line) => line.includes('sidecar ready') && line.endsWith('}'))
    if (ready === undefined) continue
    const line = JSON.parse(ready) as { data: string; admin: string }
    child.stdout?.resume()
    return { url: line.data, adminUrl: line.admin, line }
  }
  throw new Error(`the sidecar ended: ${log}`)
}

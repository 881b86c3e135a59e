/**
 * The table of docs/providers.md, line by line: the client that a line names calls a stand-in of its provider, with and
 * without a sidecar, with the settings that the line says.
 */

import { describe, expect, test, vi } from 'vitest'
import { onlyChanged } from '../../support/only-changed.ts'
import type { Seen, Upstream } from '../../support/upstream.ts'
import { ORDERS, type ProviderCall } from './calls.ts'
import { CODING_AGENTS } from './coding-agents.ts'
import { ROWS } from './rows.ts'
import { startStandIn } from './stand-in.ts'
import {
  directSetting,
  endToEnd,
  type Line,
  type LoggingSidecar,
  readLines,
  SIDECAR,
  settingsOf,
  startBehindTable,
} from './table.ts'

const LINES = readLines()
const AGENTS = CODING_AGENTS.map(({ name }) => name)
const SDK_LINES = LINES.filter(({ name, settings }) => settings.length > 0 && !AGENTS.includes(name))
const ALL_UPSTREAMS = [...new Set(LINES.flatMap(({ upstreams }) => upstreams))]

test('every line is tried, and every client has a line', () => {
  // coding-agents.test.ts and signed.test.ts try those that are not in ROWS.
  const clients = [...Object.keys(ROWS), ...AGENTS, 'Bedrock, signed (SigV4)']
  expect(LINES.map(({ name }) => name).sort()).toEqual(clients.sort())
  expect(SDK_LINES).toHaveLength(Object.keys(ROWS).length)
})

describe.for([
  { place: 'the only provider', upstreamsOf: (line: Line) => line.upstreams },
  { place: 'beside all others', upstreamsOf: () => ALL_UPSTREAMS },
])('$place', ({ upstreamsOf }) => {
  test.for(SDK_LINES)('$name', async (line, { skip }) => {
    const calls = await ROWS[line.name]?.()
    if (typeof calls === 'string') return skip(calls)
    expect(line.read.toLowerCase()).toBe(readCalls(calls ?? []))
    const [standIn, others] = await Promise.all([startStandIn(), startStandIn()])
    const sidecar = await startBehindTable({ upstreams: upstreamsOf(line), line, standIn, others })
    try {
      for (const setting of line.settings) {
        for (const call of calls ?? []) await tryCall(call, { line, setting, standIn, sidecar })
      }
      expect(others.seen).toEqual([])
    } finally {
      await sidecar.close()
      await Promise.all([standIn.close(), others.close()])
    }
  })
})

/** The calls that are read, as a line names them. */
function readCalls(calls: readonly ProviderCall[]): string {
  const read = calls.filter(({ treatment }) => treatment !== 'relayed').map(({ name }) => name.replace('streamed ', ''))
  return [...new Set(read)].join(', ') || 'none'
}

interface Place {
  readonly line: Line
  readonly setting: string
  readonly standIn: Upstream
  readonly sidecar: LoggingSidecar
}

/** Makes a call directly and through the sidecar. */
async function tryCall(call: ProviderCall, { line, setting, standIn, sidecar }: Place): Promise<void> {
  standIn.seen.length = 0
  const earlier = endedCalls(sidecar).length
  const direct = await run(call, directSetting(line, setting, standIn))
  const through = await run(call, setting.replace(SIDECAR, sidecar.url))
  expect(through, `the answer to ${call.name}`).toEqual(direct)

  const [sent, received] = standIn.seen
  expect(standIn.seen, call.name).toHaveLength(2)
  expectSameCall(received!, sent!, call)

  await expect.poll(() => endedCalls(sidecar)).toHaveLength(earlier + 1)
  const { msg, outcome } = endedCalls(sidecar)[earlier] ?? {}
  expect(msg === 'call' ? outcome : undefined, `the outcome of ${call.name}`).toBe(OUTCOMES[call.treatment])
}

/** In the log's line of a call that a model answers; others have none. */
const OUTCOMES = { compressed: 'compressed', counted: undefined, read: 'passthrough', relayed: undefined }

function endedCalls({ lines }: LoggingSidecar): LoggingSidecar['lines'] {
  return lines.filter(({ msg }) => msg === 'call' || msg === 'other call')
}

async function run(call: ProviderCall, setting: string): Promise<unknown> {
  const settings = settingsOf(setting)
  for (const [name, value] of Object.entries(settings.env)) vi.stubEnv(name, value)
  try {
    return JSON.parse(JSON.stringify((await call.run(settings)) ?? null))
  } finally {
    vi.unstubAllEnvs()
  }
}

function expectSameCall(received: Seen, sent: Seen, { name, treatment }: ProviderCall): void {
  expect(`${received.method} ${received.url}`, name).toBe(`${sent.method} ${sent.url}`)
  expect(endToEnd(received), name).toEqual(endToEnd(sent))
  const [after, before] = [received.body.toString(), sent.body.toString()]
  if (treatment === 'read' || treatment === 'relayed') expect(after, name).toBe(before)
  else expect(onlyChanged(before, after, [ORDERS])[0]?.length, name).toBeLessThan(ORDERS.length)
}

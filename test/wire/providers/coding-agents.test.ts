/** Claude Code and Codex with the settings of docs/providers.md: a question, a call of a tool, its result. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { InstalledClients } from '../../support/clients/install.ts'
import type { Seen, Upstream } from '../../support/upstream.ts'
import { CODING_AGENTS, type CodingAgent } from './coding-agents.ts'
import { answer, callTool, startStandIn, TEXT } from './stand-in.ts'
import { directSetting, endToEnd, type Line, readLines, SIDECAR, settingsOf, startBehindTable } from './table.ts'

describe.each(CODING_AGENTS)('$name', (agent) => {
  test('asks as it does without a sidecar, and its tool results leave in fewer bytes', async ({ skip }) => {
    const clients = await agent.install()
    if (typeof clients === 'string') return skip(clients)
    const line = readLines().find(({ name }) => name === agent.name)!
    const [direct, through] = [await runDirectly(agent, clients, line), await runBehind(agent, clients, line)]

    expect(through.printed).toContain(TEXT)
    expect(through.printed).toBe(direct.printed)
    expect(through.seen.map(shapeOf)).toEqual(direct.seen.map(shapeOf))
    expect(through.calls.map(({ outcome }) => outcome)).toEqual(['passthrough', 'compressed'])
    expect(through.refused.map(({ status, path }) => `${status} ${path}`)).toEqual(agent.refused)
    const [before, after] = [direct, through].map(({ seen }) => seen.at(-1)!.body.length)
    expect(after!).toBeLessThan(before! - 500)
  })
})

interface Run {
  readonly printed: string
  readonly seen: readonly Seen[]
}

async function runDirectly(agent: CodingAgent, clients: InstalledClients, line: Line): Promise<Run> {
  const standIn = await startAgentsModel(agent)
  try {
    return await runWith(agent, clients, standIn, directSetting(line, line.settings[0]!, standIn))
  } finally {
    await standIn.close()
  }
}

type LogLines = readonly Readonly<Record<string, unknown>>[]

async function runBehind(
  agent: CodingAgent,
  clients: InstalledClients,
  line: Line,
): Promise<Run & { readonly calls: LogLines; readonly refused: LogLines }> {
  const standIn = await startAgentsModel(agent)
  const sidecar = await startBehindTable({ upstreams: line.upstreams, line, standIn, others: standIn })
  try {
    const run = await runWith(agent, clients, standIn, line.settings[0]!.replace(SIDECAR, sidecar.url))
    const calls = sidecar.lines.filter(({ msg }) => msg === 'call')
    return { ...run, calls, refused: sidecar.lines.filter(({ status }) => Number(status) >= 400) }
  } finally {
    await sidecar.close()
    await standIn.close()
  }
}

/** Calls the agent's tool once; speaks no WebSocket, and says so. */
async function startAgentsModel(agent: CodingAgent): Promise<Upstream> {
  const standIn = await startStandIn()
  standIn.replyWith((res, seen) => {
    if (seen.body.includes('call_1')) answer(res, seen)
    else callTool(res, seen, agent.tool.name, agent.tool.input)
  })
  standIn.server.on('upgrade', (_req, socket) => {
    socket.end('HTTP/1.1 426 Upgrade Required\r\nupgrade: HTTP/1.1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
  })
  return standIn
}

async function runWith(
  agent: CodingAgent,
  clients: InstalledClients,
  { seen }: Upstream,
  setting: string,
): Promise<Run> {
  const home = await mkdtemp(join(tmpdir(), 'm2m-agent-'))
  try {
    return { printed: await agent.ask(clients, settingsOf(setting), home), seen }
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

/** Ids of sessions and turns are in values, so that two runs have only names in common. */
function shapeOf(seen: Seen): object {
  return { call: `${seen.method} ${seen.url}`, headers: Object.keys(endToEnd(seen)).sort() }
}

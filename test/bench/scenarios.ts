/** What is measured: the requests, and how each figure is taken from one round. */

import { closedLoop, type LoadResult, openLoop, quantile, type Target } from './load.ts'
import type { Contender } from './servers/contender.ts'

export type Mode = 'Disabled' | 'Enforce'

export interface Scenario {
  /** For `--scenarios`. */
  readonly id: string
  readonly name: string
  /** How the sidecar runs when two builds are compared. */
  readonly mode: Mode
  readonly body: string
  /** Which contenders take part: the ones whose figures can be compared here. */
  readonly contenders: readonly ('direct' | 'floor' | 'sidecar-off' | 'sidecar-safe' | 'portkey')[]
  /** Rounds before the counted ones: on one core the compiler needs tens of thousands of calls to be done. */
  readonly warmUpRounds: number
  run(target: Target): Promise<LoadResult>
}

const CONNECTIONS = 32
const ROUND_SECONDS = 2
const OPEN_LOOP_PER_SECOND = 2000

const question = 'Compare the three plans in the table above and name the cheapest for a team of twelve. '

/** A plain chat of about 3 KB. */
function chat(isStream: boolean): string {
  return JSON.stringify({
    model: 'gpt-4o',
    stream: isStream,
    messages: [
      { role: 'system', content: 'You answer in one short paragraph.' },
      { role: 'user', content: question.repeat(32) },
    ],
  })
}

/** An agent's turn of about 12 KB with two JSON tool results as Python's json.dumps spaces them. */
function agentTurn(): string {
  const rows = Array.from({ length: 40 }, (_, i) => ({
    id: 1000 + i,
    name: `node-${i}`,
    ready: i % 7 !== 0,
    cpu: i * 1.5,
    zone: 'b',
  }))
  const result = JSON.stringify(rows).replaceAll('":', '": ').replaceAll(',"', ', "')
  return JSON.stringify({
    model: 'gpt-4o',
    messages: [
      { role: 'system', content: 'You operate a cluster.' },
      { role: 'user', content: question },
      { role: 'assistant', content: null, tool_calls: [call('call_1'), call('call_2')] },
      { role: 'tool', tool_call_id: 'call_1', content: result },
      { role: 'tool', tool_call_id: 'call_2', content: result.replaceAll('node-', 'pod-') },
    ],
  })
}

function call(id: string): object {
  return { id, type: 'function', function: { name: 'list', arguments: '{"all": true}' } }
}

const closed = (target: Target): Promise<LoadResult> => closedLoop(target, CONNECTIONS, ROUND_SECONDS)

export const SCENARIOS: readonly Scenario[] = [
  {
    id: 'json',
    mode: 'Disabled',
    name: 'JSON pass-through, 3 KB',
    body: chat(false),
    contenders: ['floor', 'sidecar-off', 'portkey'],
    warmUpRounds: 6,
    run: closed,
  },
  {
    id: 'stream',
    mode: 'Disabled',
    name: 'SSE pass-through, 33 events',
    body: chat(true),
    contenders: ['floor', 'sidecar-off', 'portkey'],
    warmUpRounds: 6,
    run: closed,
  },
  {
    id: 'agent',
    mode: 'Enforce',
    name: 'agent turn, 8 KB, Safe',
    body: agentTurn(),
    contenders: ['floor', 'sidecar-off', 'sidecar-safe'],
    warmUpRounds: 6,
    run: closed,
  },
  {
    id: 'open',
    mode: 'Disabled',
    name: `open loop, ${OPEN_LOOP_PER_SECOND}/s, 3 KB`,
    body: chat(false),
    contenders: ['direct', 'floor', 'sidecar-off'],
    warmUpRounds: 1,
    run: (target) => openLoop(target, OPEN_LOOP_PER_SECOND, ROUND_SECONDS),
  },
]

export interface Figures {
  readonly perSecond: number
  readonly cpuMicrosPerRequest: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly firstByteP50Ms: number
  readonly failures: number
}

/** One round of a scenario against one contender; `progress` is shown on a terminal. */
export async function sampleOf(scenario: Scenario, contender: Contender, progress: string): Promise<Figures> {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${scenario.name}: ${progress} ${contender.name}`)
  const cpuBefore = contender.cpuMicros()
  const result = await scenario.run({
    port: contender.port,
    path: '/v1/chat/completions',
    body: scenario.body,
    headers: contender.headers ?? [],
  })
  const sample = figures(result, contender.cpuMicros() - cpuBefore)
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  return sample
}

function figures(result: LoadResult, cpuMicros: number): Figures {
  return {
    perSecond: result.requests / result.seconds,
    cpuMicrosPerRequest: cpuMicros / Math.max(1, result.requests),
    p50Ms: quantile(result.latencyMs, 0.5),
    p99Ms: quantile(result.latencyMs, 0.99),
    firstByteP50Ms: quantile(result.firstByteMs, 0.5),
    failures: result.failures,
  }
}

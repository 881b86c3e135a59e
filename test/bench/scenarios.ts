/** What is measured: the requests, how the sidecar runs for them, and how each figure is taken from one round. */

import { closedLoop, type LoadResult, openLoop, quantile, type Target } from './load.ts'
import { agentTurn, chat } from './requests/chat.ts'
import { lateTurns } from './requests/coding-session.ts'
import type { Contender } from './servers/contender.ts'

export interface Running {
  readonly mode: 'Disabled' | 'Enforce'
  readonly profile: 'Safe' | 'Balanced'
}

export interface Scenario {
  /** For `--scenarios`. */
  readonly id: string
  readonly name: string
  /** How the sidecar runs. */
  readonly running: Running
  /** @returns the body of each request in turn; called once for each contender */
  bodies(): () => string
  /** Of a closed loop, and of a profile. */
  readonly connections: number
  /** Who takes part beside the floor and the sidecars. */
  readonly others: readonly ('direct' | 'portkey')[]
  /** Rounds before the counted ones: on one core the compiler needs tens of thousands of calls to be done. */
  readonly warmUpRounds: number
  run(target: Target): Promise<LoadResult>
}

const CONNECTIONS = 32
/** Of requests that take milliseconds each. */
const FEW_CONNECTIONS = 4
const ROUND_SECONDS = 2
const OPEN_LOOP_PER_SECOND = 2000

const OFF: Running = { mode: 'Disabled', profile: 'Safe' }

export const SCENARIOS: readonly Scenario[] = [
  {
    id: 'json',
    name: 'JSON pass-through, 3 KB',
    running: OFF,
    bodies: () => always(chat(false)),
    connections: CONNECTIONS,
    others: ['portkey'],
    warmUpRounds: 2,
    run: closed(CONNECTIONS),
  },
  {
    id: 'stream',
    name: 'SSE pass-through, 33 events',
    running: OFF,
    bodies: () => always(chat(true)),
    connections: CONNECTIONS,
    others: ['portkey'],
    warmUpRounds: 2,
    run: closed(CONNECTIONS),
  },
  {
    id: 'agent',
    name: 'agent turn, 12 KB, Safe, history seen',
    running: { mode: 'Enforce', profile: 'Safe' },
    bodies: () => always(agentTurn()),
    connections: CONNECTIONS,
    others: [],
    warmUpRounds: 2,
    run: closed(CONNECTIONS),
  },
  {
    id: 'open',
    name: `open loop, ${OPEN_LOOP_PER_SECOND}/s, 3 KB`,
    running: OFF,
    bodies: () => always(chat(false)),
    connections: CONNECTIONS,
    others: ['direct'],
    warmUpRounds: 1,
    run: (target) => openLoop(target, OPEN_LOOP_PER_SECOND, ROUND_SECONDS),
  },
  {
    id: 'late',
    name: 'late turn of a session of 450 KB, Balanced, history seen',
    running: { mode: 'Enforce', profile: 'Balanced' },
    bodies: () => counting(lateTurns()),
    connections: FEW_CONNECTIONS,
    others: [],
    warmUpRounds: 2,
    run: closed(FEW_CONNECTIONS),
  },
]

function closed(connections: number): Scenario['run'] {
  return (target) => closedLoop(target, connections, ROUND_SECONDS)
}

function always(body: string): () => string {
  return () => body
}

function counting(bodyOf: (turn: number) => string): () => string {
  let turn = 0
  return () => bodyOf(turn++)
}

/** The figures of one round, or the means of two in the same round. */
export interface Sample {
  readonly perSecond: number
  readonly cpuMicros: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly firstByteP50Ms: number
  readonly failures: number
  /** Undefined where the processor's counters cannot be read. */
  readonly instructions: number | undefined
}

/** A contender with the bodies that it is sent. */
export interface Loaded {
  readonly contender: Contender
  readonly nextBody: () => string
}

export function targetOf({ contender, nextBody }: Loaded): Target {
  const { port, headers = [] } = contender
  return { port, path: '/v1/chat/completions', body: nextBody, headers }
}

/** One round of a scenario against one contender; `progress` is shown on a terminal. */
export async function sampleOf(scenario: Scenario, loaded: Loaded, progress: string): Promise<Sample> {
  const { contender } = loaded
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${scenario.name}: ${progress} ${contender.name}`)
  const stopCounting = contender.countInstructions()
  const cpuBefore = contender.cpuMicros()
  const result = await scenario.run(targetOf(loaded))
  const cpuMicros = contender.cpuMicros() - cpuBefore
  const instructions = await stopCounting()
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  return figures(result, { cpuMicros, instructions })
}

function figures(
  result: LoadResult,
  { cpuMicros, instructions }: { readonly cpuMicros: number; readonly instructions: number | undefined },
): Sample {
  const calls = Math.max(1, result.requests)
  return {
    perSecond: result.requests / result.seconds,
    cpuMicros: cpuMicros / calls,
    p50Ms: quantile(result.latencyMs, 0.5),
    p99Ms: quantile(result.latencyMs, 0.99),
    firstByteP50Ms: quantile(result.firstByteMs, 0.5),
    failures: result.failures,
    instructions: instructions === undefined ? undefined : instructions / calls,
  }
}

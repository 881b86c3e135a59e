/** The flags of `make bench` (ARGS="..."), and the two variables it reads. */

import { parseArgs } from 'node:util'
import { SCENARIOS, type Scenario } from './scenarios.ts'

const NAMES = SCENARIOS.map(({ id }) => id).join(', ')

const HELP = `make bench [BASE=REV] [PEERS=1] [ARGS="FLAGS"]

Without BASE: throughput, CPU, latency and memory of the sidecar beside a bare proxy, and the speed of token counting.
With BASE: CPU per call of this build beside the build of REV (a commit, tag or branch), in the same run.
PEERS=1: also another gateway, without BASE.

  --scenarios LIST  comma separated, of ${NAMES}; all when absent
  --only TEXT       the scenarios with TEXT in their name
  --rounds N        counted rounds (5)
  --warm-up N       rounds before them (6; open: 1)
  --json FILE       write the figures there too`

export interface BenchOptions {
  readonly scenarios: readonly Scenario[]
  readonly rounds: number
  readonly jsonFile: string | undefined
  /** The revision to compare with. */
  readonly base: string | undefined
  readonly withPeers: boolean
  /** Everything was asked for, token counting included. */
  readonly isComplete: boolean
}

interface Nothing {
  /** The help, with the first mistake before it. */
  readonly text: string
  readonly exitCode: number
}

export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): BenchOptions | Nothing {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        scenarios: { type: 'string' },
        only: { type: 'string' },
        rounds: { type: 'string', default: '5' },
        'warm-up': { type: 'string' },
        json: { type: 'string' },
        help: { type: 'boolean' },
      },
    })
    if (values.help) return { text: HELP, exitCode: 0 }
    const warmUp = values['warm-up']
    return {
      scenarios: chosen(values.scenarios, values.only).map((scenario) =>
        warmUp === undefined ? scenario : { ...scenario, warmUpRounds: wholeNumber('--warm-up', warmUp, 0) },
      ),
      rounds: wholeNumber('--rounds', values.rounds, 1),
      jsonFile: values.json,
      base: env['BASE'] || undefined,
      withPeers: env['PEERS'] === '1',
      isComplete: values.scenarios === undefined && values.only === undefined,
    }
  } catch (error) {
    return { text: `${(error as Error).message}\n\n${HELP}`, exitCode: 2 }
  }
}

function chosen(ids: string | undefined, text = ''): readonly Scenario[] {
  const asked = ids?.split(',')
  for (const id of asked ?? []) {
    if (!SCENARIOS.some((scenario) => scenario.id === id)) {
      throw new Error(`--scenarios: ${JSON.stringify(id)} is not one of ${NAMES}`)
    }
  }
  return SCENARIOS.filter(({ id, name }) => (asked?.includes(id) ?? true) && name.includes(text))
}

function wholeNumber(flag: string, value: string, min: number): number {
  if (/^\d{1,4}$/.test(value) && Number(value) >= min) return Number(value)
  throw new Error(`${flag} takes a whole number from ${min} on, not ${JSON.stringify(value)}`)
}

/** The flags of `make bench` (ARGS="..."), and the two variables it reads. */

import { parseArgs } from 'node:util'
import { SCENARIOS, type Scenario } from './scenarios.ts'

const NAMES = SCENARIOS.map(({ id }) => id).join(', ')

/** What a run may have; `--parts` chooses. */
export const PARTS = ['rounds', 'profile', 'start', 'sizes', 'tokens'] as const
export type Part = (typeof PARTS)[number]

const HELP = `make bench [BASE=REV] [PEERS=1] [ARGS="FLAGS"]

The sidecar beside a bare proxy (the floor): requests/s, CPU, latency, memory, start, sizes, token counting, and where
the time and the allocations of a call go. A run takes about nine minutes with BASE, five without.
BASE=REV: the build of REV (a commit, tag or branch) as well, in the same run.
PEERS=1: another gateway as well. docs/performance.md says how to read the figures.

  --scenarios LIST  comma separated, of ${NAMES}; all when absent
  --only TEXT       the scenarios with TEXT in their name
  --parts LIST      comma separated, of ${PARTS.join(', ')}; all when absent,
                    and rounds, profile where scenarios are chosen
  --rounds N        counted rounds (5)
  --warm-up N       rounds before them (2; open: 1)
  --soak MINUTES    then loads fresh sidecars for so long, with the first scenario, and samples their memory (0)
  --json FILE       write the figures there too
  --compare A B     no run: the figures of two such files side by side`

export interface BenchOptions {
  readonly scenarios: readonly Scenario[]
  readonly parts: ReadonlySet<Part>
  readonly rounds: number
  readonly soakMinutes: number
  readonly jsonFile: string | undefined
  /** Two files that --json has written. */
  readonly compared: readonly [string, string] | undefined
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
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        scenarios: { type: 'string' },
        only: { type: 'string' },
        parts: { type: 'string' },
        rounds: { type: 'string', default: '5' },
        'warm-up': { type: 'string' },
        soak: { type: 'string', default: '0' },
        json: { type: 'string' },
        compare: { type: 'boolean', default: false },
        help: { type: 'boolean' },
      },
    })
    if (values.help) return { text: HELP, exitCode: 0 }
    const warmUp = values['warm-up']
    const isComplete = values.scenarios === undefined && values.only === undefined && values.parts === undefined
    return {
      scenarios: chosen(values.scenarios, values.only).map((scenario) =>
        warmUp === undefined ? scenario : { ...scenario, warmUpRounds: wholeNumber('--warm-up', warmUp, 0) },
      ),
      parts: partsOf(values.parts ?? (isComplete ? PARTS.join() : 'rounds,profile')),
      rounds: wholeNumber('--rounds', values.rounds, 1),
      soakMinutes: wholeNumber('--soak', values.soak, 0),
      jsonFile: values.json,
      compared: comparedOf(values.compare, positionals),
      base: env['BASE'] || undefined,
      withPeers: env['PEERS'] === '1',
      isComplete,
    }
  } catch (error) {
    // Node.js adds how to write an argument that begins with a dash: there is none here.
    const mistake = (error as Error).message.replace(/\. To specify a positional.*/s, '')
    return { text: `${mistake}\n\n${HELP}`, exitCode: 2 }
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

function partsOf(list: string): ReadonlySet<Part> {
  return new Set(
    list.split(',').map((asked) => {
      const part = PARTS.find((it) => it === asked)
      if (part === undefined) throw new Error(`--parts: ${JSON.stringify(asked)} is not one of ${PARTS.join(', ')}`)
      return part
    }),
  )
}

function comparedOf(isAsked: boolean, files: readonly string[]): readonly [string, string] | undefined {
  const [a, b] = files
  if (isAsked && a !== undefined && b !== undefined && files.length === 2) return [a, b]
  if (isAsked) throw new Error('--compare takes two files that --json has written')
  if (a !== undefined)
    throw new Error(`unexpected argument ${JSON.stringify(a)}: files go with --compare, scenarios with --scenarios`)
  return undefined
}

function wholeNumber(flag: string, value: string, min: number): number {
  if (/^\d{1,4}$/.test(value) && Number(value) >= min) return Number(value)
  throw new Error(`${flag} takes a whole number from ${min} on, not ${JSON.stringify(value)}`)
}

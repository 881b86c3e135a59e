/**
 * Random sessions side by side, while operators act at random: no client is disturbed that did not edit its history
 * (provider-contracts PC-1 to PC-3, PC-10, PC-21, PC-22, PC-32).
 */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assertAsyncProperty } from '../../support/assert-property.ts'
import { startAnthropic } from '../../support/provider/anthropic/provider.ts'
import { startOpenAI } from '../../support/provider/openai/provider.ts'
import { operate } from '../../support/provider/operator.ts'
import { type Kind, SIGNED, SILENT, STORED, THREADED } from '../../support/provider/random/kinds.ts'
import { type Played, play, type Table } from '../../support/provider/random/play.ts'
import { EDITS, isHarmless, policies, sessionScripts, timetables } from '../../support/provider/random/scripts.ts'

/** 200 sessions in all. */
const RUNS = 8
const SESSIONS = 25

const LIMIT_MS = 120_000

/** CI plays the same games each time; by hand each run plays new ones. */
const SEED = process.env['CI'] === undefined ? undefined : 20_261_130

type Start = () => Promise<Table['provider']>

const GAMES: readonly [name: string, start: Start, kind: Kind][] = [
  ['thinking that is signed', startAnthropic, SIGNED],
  ['message threads', startAnthropic, THREADED],
  ['reasoning that is dropped in silence', startOpenAI, SILENT],
  ['stored responses', startOpenAI, STORED],
]

test.for(GAMES)(
  'PC-1: %s: 200 random sessions, and no client is disturbed',
  async ([, start, kind], { onTestFinished }) => {
    const sessions = fc.array(sessionScripts(EDITS), { minLength: SESSIONS, maxLength: SESSIONS })
    const property = fc.asyncProperty(sessions, policies(), timetables(), async (scripts, spec, acts) => {
      const provider = await start()
      const operator = await operate(provider.url, onTestFinished, { spec })
      try {
        for (const played of await play({ kind, provider, operator }, scripts, acts)) judge(played)
        expect(provider.dangling).toEqual([])
      } finally {
        await operator.close()
        await provider.close()
      }
    })
    await assertAsyncProperty(property, { numRuns: RUNS, limitMs: LIMIT_MS, endOnFailure: true, seed: SEED })
  },
)

test.for(['restart', 'takeOver'] as const)(
  'PC-3: a %s without the state disturbs no client whose history has one form',
  async (type, { onTestFinished }) => {
    const sessions = fc.array(sessionScripts(EDITS.filter(isHarmless)), { minLength: SESSIONS, maxLength: SESSIONS })
    const property = fc.asyncProperty(
      sessions,
      policies(),
      fc.integer({ min: 1, max: 6 }),
      async (scripts, policy, at) => {
        const provider = await startAnthropic()
        // With a limit, results of a longer request have another form than those before.
        const spec = { ...policy, limits: {} }
        const operator = await operate(provider.url, onTestFinished, { spec, hasState: false })
        const steady = scripts.map((script) => ({ ...script, turns: script.turns.map(withoutBypass) }))
        const acts = Array.from({ length: at + 1 }, (_, round) => ({ type: round === at ? type : ('none' as const) }))
        try {
          for (const played of await play({ kind: SIGNED, provider, operator }, steady, acts)) judge(played)
        } finally {
          await operator.close()
          await provider.close()
        }
      },
    )
    await assertAsyncProperty(property, { numRuns: 2, limitMs: LIMIT_MS, endOnFailure: true, seed: SEED })
  },
)

function withoutBypass<T extends object>(turn: T): T & { isBypassed: false } {
  return { ...turn, isBypassed: false }
}

function judge({ hasEdited, asked, arrived, transformations }: Played): void {
  if (hasEdited) {
    expect(arrived).toBeLessThanOrEqual(2 * asked)
    return
  }
  expect(arrived).toBeLessThanOrEqual(asked + 1)
  expect(transformations).toEqual([])
}

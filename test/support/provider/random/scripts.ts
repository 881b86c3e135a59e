/** Random sessions and random acts of operators, as data. */

import fc from 'fast-check'
import { noisyLog, spacedOrders } from '../../tool-results.ts'
import { listing } from '../listing.ts'

export const ROUNDS = 7

export const EDITS = ['marks', 'forms', 'drop all reasoning', 'opening', 'result', 'cut'] as const

/** The first three change nothing that a provider compares. */
export type Edit = (typeof EDITS)[number]

export function isHarmless(edit: Edit): boolean {
  return EDITS.indexOf(edit) < 3
}

export interface TurnScript {
  /** The calls of the next reply: does a program make them? */
  readonly calls: readonly { readonly isProgram: boolean }[]
  /** The results of the calls that wait, taken in turn. */
  readonly results: readonly { readonly kind: keyof typeof RESULTS; readonly seed: number; readonly isList: boolean }[]
  readonly isStream: boolean
  readonly isBypassed: boolean
  /** Does the client ask first how many tokens it is about to send? */
  readonly isCounted: boolean
  /** Of the history, before this turn. */
  readonly edit: Edit | undefined
}

export interface SessionScript {
  readonly turns: readonly TurnScript[]
  readonly reasoning: 'plain' | 'redacted'
  /** Does the server take content away? */
  readonly isCleared: boolean
  /** Does the session have a key, or the token of a person's subscription? */
  readonly isSubscription: boolean
}

export type Act =
  | { readonly type: 'policy'; readonly spec: object }
  | { readonly type: 'restart' | 'takeOver' | 'fault' | 'expire' | 'none' }

/** Results of every make; few seeds, so that later results repeat earlier ones. */
export const RESULTS = {
  // From 1 on: a number in JSON does not begin with 0.
  orders: (seed: number) => spacedOrders(seed + 1, 8),
  log: noisyLog,
  listing: (seed: number) => listing(16, seed),
  short: (seed: number) => `done ${seed}`,
} satisfies Readonly<Record<string, (seed: number) => string>>

const rarely = (weight: number): fc.Arbitrary<boolean> => {
  return fc.oneof({ weight, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) })
}

/** @param edits that clients make now and then */
export function sessionScripts(edits: readonly Edit[]): fc.Arbitrary<SessionScript> {
  const kind = fc.constantFrom(...(Object.keys(RESULTS) as (keyof typeof RESULTS)[]))
  const turn = fc.record({
    calls: fc.array(fc.record({ isProgram: rarely(7) }), { minLength: 1, maxLength: 3 }),
    results: fc.array(fc.record({ kind, seed: fc.nat(2), isList: fc.boolean() }), { minLength: 1, maxLength: 3 }),
    isStream: fc.boolean(),
    isBypassed: rarely(9),
    isCounted: rarely(4),
    edit: fc.oneof(
      { weight: 11, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom(...edits) },
    ),
  })
  return fc.record({
    turns: fc.array(turn, { minLength: 3, maxLength: ROUNDS }),
    reasoning: fc.constantFrom('plain' as const, 'plain' as const, 'redacted' as const),
    isCleared: rarely(4),
    isSubscription: rarely(6),
  })
}

export function policies(): fc.Arbitrary<object> {
  const compression = fc.record({
    mode: fc.constantFrom('Enforce', 'Enforce', 'Enforce', 'Audit', 'Disabled'),
    profile: fc.constantFrom('Safe', 'Balanced', 'Balanced', 'Aggressive'),
    minTokens: fc.constantFrom(32, 32, 400, 1_000_000),
    holdoutPercent: fc.constantFrom(0, 0, 50),
    excludeTools: fc.constantFrom([], [], ['find_*'], ['run_tests']),
    subscriptionTraffic: fc.boolean(),
  })
  const cache = fc.record({ mode: fc.constantFrom('Auto', 'Auto', 'Disabled') })
  const limits = fc.constantFrom(
    { maxTransformBytes: 16_777_216 },
    { maxTransformBytes: 16_777_216 },
    { maxTransformBytes: 6_000 },
  )
  return fc.record({ compression, cache, limits })
}

/** One act before each round. */
export function timetables(): fc.Arbitrary<readonly Act[]> {
  const policy = fc.record({ type: fc.constant('policy' as const), spec: policies() })
  const other = fc.record({ type: fc.constantFrom('restart', 'takeOver', 'fault', 'expire', 'none') })
  const act = fc.oneof({ weight: 3, arbitrary: policy }, { weight: 4, arbitrary: other })
  return fc.array(act, { minLength: ROUNDS, maxLength: ROUNDS })
}

/** The hand-over as a decision: what comes next, and that no order of events leaves a leaf that nobody believes. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Published } from '../../../../operator/injector/tls/ca-bundle.ts'
import type { CaSecret, SigningAuthority } from '../../../../operator/injector/tls/ca-secret.ts'
import { nextStep, type Seen, wantedBundle } from '../../../../operator/injector/tls/next-step.ts'
import { assertProperty } from '../../../support/assert-property.ts'
import { TIMES, World, type WorldEvent } from './hand-over-world.ts'

const NOW = 1_000_000

function authority(name: string, bornMs = NOW): SigningAuthority {
  const notAfterMs = bornMs + TIMES.lifeMs
  return { pem: `${name};`, fingerprint: name, notBeforeMs: bornMs, notAfterMs, key: `${name} key` }
}

function published(...all: SigningAuthority[]): Published[] {
  return [{ webhook: 'a', text: all.map(({ pem }) => pem).join(''), authorities: all }]
}

function step(secret: CaSecret | undefined, bundle: readonly Published[], seen: Partial<Seen> = {}) {
  return nextStep({ secret, published: bundle, settledMs: 0, ...seen }, NOW, TIMES)
}

const [one, two] = [authority('one'), authority('two')]

describe('the next step', () => {
  test('of a new installation is an authority, its publication, and then nothing until two thirds of its life', () => {
    expect(step(undefined, [])).toMatchObject({ do: 'write', change: 'created', mint: 'current' })
    expect(step(undefined, published())).toMatchObject({ do: 'write', change: 'created', mint: 'current' })
    expect(step({ current: one, previous: [] }, published())).toEqual({ do: 'publish', bundle: 'one;' })
    const ms = (TIMES.lifeMs * 2) / 3
    expect(step({ current: one, previous: [] }, published(one))).toEqual({ do: 'wait', ms: expect.closeTo(ms, 3) })
  })

  test('without a configuration is none: there is nobody to tell', () => {
    expect(step({ current: one, next: two, previous: [] }, [], { settledMs: 1e6 })).toMatchObject({ do: 'wait' })
  })

  test('of an authority that is old is the next one, published beside it, and after the pause in its place', () => {
    const old = authority('old', NOW - (TIMES.lifeMs * 2) / 3 - 1)
    expect(step({ current: old, previous: [] }, published(old))).toMatchObject({ change: 'begun', mint: 'next' })
    const both = { current: old, next: one, previous: [] }
    expect(step(both, published(old))).toEqual({ do: 'publish', bundle: 'old;one;' })
    expect(step(both, published(old, one), { settledMs: 100 })).toEqual({ do: 'wait', ms: TIMES.pauseMs - 100 })
    const promoted = step(both, published(old, one), { settledMs: TIMES.pauseMs })
    const untilMs = NOW + TIMES.leafMs + TIMES.pauseMs
    expect(promoted).toMatchObject({ change: 'promoted', secret: { current: one, previous: [{ untilMs }] } })
    expect(JSON.stringify(promoted)).not.toContain('old key')
  })

  test('of one that is retired comes when its last leaf is gone: first the bundle, then the Secret', () => {
    const secret = { current: one, previous: [{ ...two, untilMs: NOW }] }
    expect(step(secret, published(one, two))).toEqual({ do: 'publish', bundle: 'one;' })
    expect(step(secret, published(one))).toEqual({
      do: 'write',
      change: 'forgotten',
      secret: { current: one, next: undefined, previous: [] },
    })
  })

  test('of a Secret that is gone or spoilt keeps what webhooks believe, and waits its turn', () => {
    for (const secret of [undefined, { previous: [] }]) {
      expect(step(secret, published(one))).toMatchObject({
        change: 'created',
        mint: 'next',
        secret: { previous: [{ fingerprint: 'one' }] },
      })
    }
  })

  test('of a Secret from an old backup takes the authority back until it is published', () => {
    expect(step({ current: one, previous: [] }, published(two))).toMatchObject({
      change: 'adopted',
      secret: { next: { fingerprint: 'one' }, previous: [{ fingerprint: 'two' }] },
    })
  })

  test('of a bundle that somebody has emptied is its repair, at once', () => {
    expect(step({ current: one, previous: [] }, published())).toEqual({ do: 'publish', bundle: 'one;' })
    const half = [...published(one), ...published()]
    expect(step({ current: one, previous: [] }, half)).toEqual({ do: 'publish', bundle: 'one;' })
  })

  test('is never two hundred authorities', () => {
    const crowd = Array.from({ length: 200 }, (_, i) => authority(`foreign${i}`))
    const adopted = step({ current: one, previous: [] }, published(one, ...crowd))
    const { secret } = adopted as { secret: CaSecret }
    expect(secret.previous).toHaveLength(8)
    expect(step(secret, published(one, ...crowd))).toMatchObject({ do: 'publish' })
    expect(wantedBundle(secret, NOW).split(';')).toHaveLength(10)
  })
})

const who = fc.nat({ max: 2 })
const harmless: fc.Arbitrary<WorldEvent>[] = [
  fc.record({ do: fc.constant('lead' as const), who }),
  fc.record({ do: fc.constant('serve' as const), who }),
  fc.record({ do: fc.constant('time' as const), ms: fc.integer({ min: 1, max: 200 }) }),
]
const rare: fc.Arbitrary<WorldEvent>[] = [
  fc.record({ do: fc.constant('kill' as const), who }),
  fc.record({ do: fc.constant('time' as const), ms: fc.constantFrom(1_000, 3_000, 7_000, 20_000) }),
  fc.record({ do: fc.constant('restore' as const), back: fc.nat({ max: 20 }) }),
  fc.record({ do: fc.constantFrom('elect' as const, 'delete secret' as const, 'spoil secret' as const) }),
]
const tampering: fc.Arbitrary<WorldEvent> = fc.record({
  do: fc.constantFrom(
    'empty bundle' as const,
    'foreign bundle' as const,
    'delete configuration' as const,
    'create configuration' as const,
  ),
})

const events = fc.array(
  fc.oneof(
    ...harmless.map((arbitrary, i) => ({ arbitrary, weight: i === 0 ? 30 : 15 })),
    ...rare.map((arbitrary) => ({ arbitrary, weight: 2 })),
    { arbitrary: tampering, weight: 1 },
  ),
  { minLength: 50, maxLength: 400, size: 'max' },
)

test('in any order of events, each leaf that is shown is believed, and in the end all is well', () => {
  assertProperty(
    fc.property(events, (all) => {
      const world = new World()
      for (const event of all) {
        world.run(event)
        expect(world.unbelieved()).toEqual([])
      }
      expect(world.calm()).toEqual([])
      const { writes } = world
      world.calm()
      // Of 240 that a leader could have made: what is retired goes, and what is old is renewed.
      expect(world.writes - writes).toBeLessThan(16)
    }),
    { numRuns: 1_000 },
  )
})

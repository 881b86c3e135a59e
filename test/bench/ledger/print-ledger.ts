/** Tables of the figures beside speed: where a call's time goes, memory, start, sizes. */

import type { Memory } from '../memory/smaps.ts'
import type { Soaked } from '../memory/soak.ts'
import type { Profile } from '../profile/profile.ts'
import { table } from '../table.ts'
import { type Figure, figuresOf } from './ledger.ts'
import type { Sizes } from './sizes.ts'
import type { Start } from './start-up.ts'

/** Rooms below this share of the time, and of the bytes, are added up. */
const SMALLEST_SHARE = 0.005

/**
 * @param profiles by contender
 * @param cpuMicros of a call, by contender, as measured without a profiler: shares are shares of it
 */
export function printProfiles(
  scenario: string,
  profiles: ReadonlyMap<string, Profile>,
  cpuMicros: ReadonlyMap<string, number>,
): readonly Figure[] {
  const names = [...profiles.keys()]
  const rooms = [...new Set([...profiles.values()].flatMap(({ time, bytes }) => [...time.keys(), ...bytes.keys()]))]
  const micros = (who: string, room: string): number =>
    (profiles.get(who)?.time.get(room) ?? 0) * (cpuMicros.get(who) ?? Number.NaN)
  const bytes = (who: string, room: string): number => profiles.get(who)?.bytes.get(room) ?? 0
  const isLarge = (room: string): boolean =>
    [...profiles].some(([who, { time, bytes: all }]) => {
      const total = [...all.values()].reduce((sum, value) => sum + value, 0)
      return (time.get(room) ?? 0) > SMALLEST_SHARE || bytes(who, room) > SMALLEST_SHARE * total
    })
  const last = names.at(-1) ?? ''
  const shown = rooms.filter(isLarge).sort((one, other) => micros(last, other) - micros(last, one))
  console.log(`\n${scenario}: where a call's CPU and its allocations on the heap go (profiled in a process of its own)`)
  console.log(
    table(
      ['', ...names.map((name) => `${name} us`), ...names.map((name) => `${name} bytes`)],
      [...shown, 'all'].map((room) => {
        const sum = (of: (who: string, room: string) => number, who: string): string =>
          (room === 'all' ? rooms : [room]).reduce((total, each) => total + of(who, each), 0).toFixed(1)
        return [
          room,
          ...names.map((who) => sum(micros, who)),
          ...names.map((who) => Number(sum(bytes, who)).toFixed(0)),
        ]
      }),
    ),
  )
  return names.flatMap((who) => [
    ...figuresOf(
      { section: `${scenario}: CPU us per call by room`, who },
      byRoom(rooms, (room) => micros(who, room)),
    ),
    ...figuresOf(
      { section: `${scenario}: bytes per call by room`, who },
      byRoom(rooms, (room) => bytes(who, room)),
    ),
  ])
}

function byRoom(rooms: readonly string[], of: (room: string) => number): Readonly<Record<string, number>> {
  const entries = rooms.map((room) => [room, of(room)] as const)
  return Object.fromEntries([...entries, ['all', entries.reduce((sum, [, value]) => sum + value, 0)]])
}

export type MemoryRow = Readonly<{ who: string; idle: Memory; loaded: Memory }>

export function printMemory(rows: readonly MemoryRow[]): readonly Figure[] {
  console.log('\nMemory in MB, idle and after all scenarios: resident; anonymous (RssAnon); private; Pss')
  const four = ({ resident, anonymous, private: own, proportional }: Memory): readonly string[] =>
    [resident, anonymous, own, proportional].map((value) => value.toFixed(1))
  console.log(
    table(
      ['', 'idle', 'anonymous', 'private', 'Pss', 'loaded', 'anonymous', 'private', 'Pss'],
      rows.map(({ who, idle, loaded }) => [who, ...four(idle), ...four(loaded)]),
    ),
  )
  return rows.flatMap(({ who, idle, loaded }) => [
    ...figuresOf({ section: 'memory idle, MB', who }, { ...idle }),
    ...figuresOf({ section: 'memory loaded, MB', who }, { ...loaded }),
  ])
}

export function printSoak(
  minutes: number,
  rows: readonly Readonly<{ who: string; soaked: Soaked }>[],
): readonly Figure[] {
  console.log(`\nMemory in MB after ${minutes} minutes of load on all at once; slope of the second half`)
  console.log(
    table(
      ['', 'resident', 'anonymous', 'private', 'Pss', 'MB per hour'],
      rows.map(({ who, soaked: { end, slopeMbPerHour } }) => [
        who,
        ...[end.resident, end.anonymous, end.private, end.proportional, slopeMbPerHour].map((it) => it.toFixed(1)),
      ]),
    ),
  )
  return rows.flatMap(({ who, soaked: { end, slopeMbPerHour } }) =>
    figuresOf({ section: `memory after ${minutes} minutes, MB`, who }, { ...end, 'slope per hour': slopeMbPerHour }),
  )
}

export function printStarts(starts: ReadonlyMap<string, Start>): readonly Figure[] {
  console.log('\nStart in ms from exec: until it is ready, CPU until then, until the first reply has ended; medians')
  const rows = [...starts]
  console.log(
    table(
      ['', 'ready', 'CPU', 'first reply'],
      rows.map(([who, { readyMs, readyCpuMs, firstReplyMs }]) => [
        who,
        ...[readyMs, readyCpuMs, firstReplyMs].map((ms) => ms.toFixed(0)),
      ]),
    ),
  )
  return rows.flatMap(([who, { readyMs, readyCpuMs, firstReplyMs }]) =>
    figuresOf(
      { section: 'start', who },
      { 'ready ms': readyMs, 'ready CPU ms': readyCpuMs, 'first reply ms': firstReplyMs },
    ),
  )
}

export function printSizes(sizes: ReadonlyMap<string, Sizes>): readonly Figure[] {
  console.log('\nSizes in kB, source maps left out')
  console.log(
    table(
      ['', 'code', 'tables', 'dist'],
      [...sizes].map(([who, size]) => [who, ...Object.values(size).map((kilobytes: number) => kilobytes.toFixed(0))]),
    ),
  )
  return [...sizes].flatMap(([who, size]) => figuresOf({ section: 'sizes', who }, { ...size }))
}

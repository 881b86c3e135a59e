import { expect, test } from 'vitest'
import { readRollup } from './smaps.ts'
import { slopeOfSecondHalf } from './soak.ts'

const ROLLUP = `55c120e41000-7ffd3afa7000 ---p 00000000 00:00 0                          [rollup]
Rss:               92160 kB
Pss:               51200 kB
Pss_Dirty:         40960 kB
Shared_Clean:      50000 kB
Private_Clean:      1024 kB
Private_Dirty:     40960 kB
Anonymous:         40448 kB
AnonHugePages:         0 kB
`

test('memory is read from the sums of the kernel, in MB', () => {
  expect(readRollup(ROLLUP)).toEqual({ resident: 90, anonymous: 39.5, private: 41, proportional: 50 })
})

test('a text without the sums is an error, never zero', () => {
  expect(() => readRollup('Rss: 12 kB\n')).toThrow('no Anonymous in smaps_rollup')
})

test('the slope of memory is that of the second half: the first one is growth to the working size', () => {
  const points = [0, 1, 2, 3, 4, 5, 6, 7].map((hour) => [hour, hour < 4 ? 100 * hour : 400 + 2 * hour] as const)
  expect(slopeOfSecondHalf(points)).toBeCloseTo(2)
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_RUN, repeatsOf } from '../../../../../src/core/compress/dictionary/search/repeats.ts'
import { assertProperty } from '../../../../support/assert-property.ts'

const LIMIT = 50

/** The same result by brute force: runs that do not always continue in the same way, with all their places. */
function naiveRepeats(sequence: readonly number[]): string[] {
  const places = new Map<string, number[]>()
  for (let length = 1; length <= MAX_RUN; length++) {
    for (let start = 0; start + length <= sequence.length; start++) {
      const run = sequence.slice(start, start + length).join()
      places.set(run, [...(places.get(run) ?? []), start])
    }
  }
  const repeats: string[] = []
  for (const [run, starts] of places) {
    const { length } = run.split(',')
    const next = new Set(starts.map((start) => sequence[start + length] ?? `end ${start}`))
    if (starts.length > 1 && (next.size > 1 || length === MAX_RUN)) repeats.push(`${length} at ${starts}`)
  }
  return repeats.sort()
}

function foundRepeats(sequence: readonly number[]): string[] {
  const { order, repeats } = repeatsOf(Int32Array.from(sequence), LIMIT)
  return repeats.map(({ from, to, length }) => `${length} at ${order.slice(from, to + 1).sort()}`).sort()
}

describe('repeatsOf', () => {
  test('finds every run that stands at two places or more, with all of its places', () => {
    assertProperty(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 60 }), (sequence) => {
        expect(foundRepeats(sequence)).toEqual(naiveRepeats(sequence))
      }),
      { numRuns: 300 },
    )
  })

  test('finds runs among numbers of which most stand once', () => {
    const sequence = [40, 7, 8, 9, 41, 7, 8, 9, 42, 7, 8, 3]
    expect(foundRepeats(sequence)).toEqual(naiveRepeats(sequence))
  })

  test('finds runs longer than it looks at as runs of that length', () => {
    const run = Array.from({ length: MAX_RUN + 20 }, (_, index) => index % LIMIT)
    const lengths = repeatsOf(Int32Array.from([...run, 1, ...run]), LIMIT).repeats.map(({ length }) => length)
    expect(Math.max(...lengths)).toBe(MAX_RUN)
  })

  test('reports the length up to which a run has more occurrences', () => {
    const { repeats } = repeatsOf(Int32Array.from([1, 2, 3, 4, 1, 2, 3, 5, 1, 6]), LIMIT)
    expect(repeats).toContainEqual(expect.objectContaining({ length: 3, beyond: 1 }))
  })
})

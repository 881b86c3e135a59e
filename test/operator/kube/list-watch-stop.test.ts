/** Whenever a loop is stopped, nothing of it is left. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createListWatch, type ListWatchState } from '../../../operator/kube/index.ts'
import { clientWith, type List, list, object, scripted, type Watch } from './scripted.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const tick = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)

describe('stop', () => {
  test.for<[string, { lists: readonly List[]; watches: readonly Watch[] }, ListWatchState]>([
    ['a list that hangs', { lists: ['hang'], watches: [] }, 'listing'],
    ['a watch', { lists: [list('3')], watches: [{ open: true }] }, 'watching'],
    ['a watch that is not answered', { lists: [list('3')], watches: ['hang'] }, 'watching'],
    ['a pause', { lists: [new Error('x')], watches: [] }, 'waiting'],
  ])('during %s leaves nothing running and tells nothing', async ([, script, state]) => {
    const { watch, counts, states, asked } = scripted(script)
    watch.start()
    watch.start()
    await tick()
    expect(watch.state).toBe(state)
    const faults = counts.faults
    await watch.stop()
    await watch.stop()
    const calls = asked.length
    await tick(3_600_000)
    expect(asked).toHaveLength(calls)
    expect(counts).toMatchObject({ running: 0, most: 1, restarts: 0, faults })
    expect(states.at(-1)).toBe('stopped')
    expect(vi.getTimerCount()).toBe(0)
  })

  test('before the first list is whole, whoever waits for it learns that it will not be', async () => {
    const { watch } = scripted({ lists: ['hang'], watches: [] })
    const synced = watch.synced
    watch.start()
    await tick()
    await watch.stop()
    expect(await synced).toBe(false)
  })

  test('in the middle of a page ends the telling there', async () => {
    const seen: string[] = []
    const { client } = clientWith(list('3', object('a', '1'), object('b', '2')))
    const watch = createListWatch<unknown>({
      client,
      path: '/x',
      keep: (raw) => raw['data'],
      onChange: (key) => {
        seen.push(key)
        void watch.stop()
      },
    })
    watch.start()
    await tick()
    expect(seen).toEqual(['n/a'])
    expect(watch.state).toBe('stopped')
  })

  test('can be followed by a start, which lists again and tells what has changed', async () => {
    const { watch, seen, counts } = scripted({
      lists: [list('3', object('a', '1'), object('b', '1')), list('9', object('b', '5'))],
      watches: [{ open: true }, { open: true }],
    })
    watch.start()
    await tick()
    void watch.stop()
    watch.start()
    await tick()
    expect(await watch.synced).toBe(true)
    expect(seen.slice(2)).toEqual(['n/b 1 5', 'n/a 1 -'])
    expect(counts.most).toBe(1)
    await watch.stop()
  })
})

/** The loop with a scripted client and a clock of its own. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createListWatch } from '../../../operator/kube/index.ts'
import { KubeError } from '../../../src/kube/index.ts'
import { clientWith, event, GONE, type List, list, object, scripted, type Watch } from './scripted.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const tick = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)

describe('a list-and-watch loop', () => {
  test('tells what a list and its watch say, and goes on from the last version, bookmarks included', async () => {
    const lines = [
      event('ADDED', object('b', '8')),
      event('MODIFIED', object('a', '9')),
      event('DELETED', object('b', '10', '8')),
      { type: 'BOOKMARK', object: { metadata: { resourceVersion: '12' } } },
    ]
    const { watch, asked, seen } = scripted({
      lists: [list('7', object('a', '3'))],
      watches: [{ lines, lastsMs: 2_000 }],
    })
    watch.start()
    await tick(2_000)
    expect(await watch.synced).toBe(true)
    expect(seen).toEqual(['n/a - 3', 'n/b - 8', 'n/a 3 9', 'n/b 8 -'])
    expect([...watch.items]).toEqual([['n/a', '9']])
    expect(asked.map(([kind, query]) => [kind, query['resourceVersion'], query['allowWatchBookmarks']])).toEqual([
      ['list', undefined, undefined],
      ['watch', '7', true],
      ['watch', '12', true],
    ])
    for (const [, { labelSelector }] of asked) expect(labelSelector).toBe('a=b')
    // The server ends a quiet watch before it counts as dead.
    expect(asked[1]?.[1]['timeoutSeconds']).toBeLessThan(45)
    await watch.stop()
  })

  test('tells each version once, however often it comes', async () => {
    const again = {
      lines: [event('ADDED', object('a', '3')), event('ADDED', object('a', '4')), event('MODIFIED', object('a', '4'))],
    }
    const { watch, seen } = scripted({ lists: [list('3', object('a', '3'))], watches: [again, again] })
    watch.start()
    await tick()
    expect(seen.slice(0, 2)).toEqual(['n/a - 3', 'n/a 3 4'])
    await watch.stop()
  })

  test.for<[string, Watch]>([
    ['as an HTTP status', GONE],
    ['as an event', { lines: [{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }] }],
  ])('an expired version %s costs one list, at once, which also tells what was deleted', async ([, expired]) => {
    const { watch, asked, seen, counts } = scripted({
      lists: [list('3', object('a', '3'), object('b', '2')), list('9', object('a', '8'))],
      watches: [expired],
    })
    watch.start()
    await tick()
    expect(asked.map(([kind]) => kind)).toEqual(['list', 'watch', 'list', 'watch'])
    expect(seen).toEqual(['n/a - 3', 'n/b - 2', 'n/a 3 8', 'n/b 2 -'])
    expect(counts).toMatchObject({ restarts: 0, missed: 0, faults: 1 })
    await watch.stop()
  })

  test('versions that expire again and again are not a storm of lists', async () => {
    const lists = Array.from({ length: 200 }, () => list('3'))
    const { watch, asked } = scripted({ lists, watches: Array.from({ length: 200 }, () => GONE) })
    watch.start()
    await tick(60_000)
    expect(asked.filter(([kind]) => kind === 'list').length).toBeLessThan(12)
    await watch.stop()
  })

  test('pauses grow from 1 s to 30 s where the server answers, to 5 s where nobody does', async () => {
    const gaps = async (error: KubeError): Promise<number[]> => {
      const { watch, asked } = scripted({ lists: [list('3')], watches: Array.from({ length: 500 }, () => error) })
      watch.start()
      await tick(600_000)
      await watch.stop()
      return asked.slice(2).map(([, , at], index) => at - (asked[index + 1]?.[2] ?? 0))
    }
    const answered = await gaps(new KubeError('x', { status: 500 }))
    expect(Math.min(...answered)).toBeGreaterThanOrEqual(1_000)
    expect(Math.max(...answered)).toBeGreaterThan(15_000)
    expect(Math.max(...answered)).toBeLessThanOrEqual(30_000)
    const unanswered = await gaps(new KubeError('x', { status: 0, reason: 'Unreachable' }))
    expect(Math.max(...unanswered)).toBeLessThanOrEqual(5_000)
  })

  test('Retry-After holds where it is longer', async () => {
    const later = new KubeError('x', { status: 429, retryAfterMs: 20_000 })
    const inside = { type: 'ERROR', object: { code: 429, details: { retryAfterSeconds: 20 } } }
    const { watch, asked } = scripted({ lists: [later, list('3')], watches: [{ lines: [inside] }] })
    watch.start()
    await tick(19_999)
    expect(asked).toHaveLength(1)
    await tick(1)
    expect(asked).toHaveLength(3)
    await tick(19_999)
    expect(asked).toHaveLength(3)
    await tick(1)
    expect(asked).toHaveLength(4)
    await watch.stop()
  })

  test('a wait that is asked for is no longer than a minute', async () => {
    const { watch, asked } = scripted({
      lists: [new KubeError('x', { status: 503, retryAfterMs: 86_400_000 })],
      watches: [],
    })
    watch.start()
    await tick(60_000)
    expect(asked).toHaveLength(2)
    await watch.stop()
  })

  test('an outage is one restart, however many tries it takes, and the pauses begin anew after it', async () => {
    const down = new KubeError('x', { status: 0, reason: 'Unreachable' })
    const cut: Watch = { lines: [event('ADDED', object('a', '4')), down] }
    const { watch, asked, counts } = scripted({ lists: [list('3')], watches: [cut, down, down, down, cut, down] })
    watch.start()
    await tick(60_000)
    expect(counts.restarts).toBe(2)
    expect(asked.filter(([kind]) => kind === 'list')).toHaveLength(1)
    expect(asked.at(-1)?.[1]['resourceVersion']).toBe('4')
    await watch.stop()
  })

  test.for<[string, object[]]>([
    ['says nothing', []],
    ['says one bookmark', [{ type: 'BOOKMARK', object: { metadata: { resourceVersion: '9' } } }]],
  ])('a server that %s and ends each watch is asked again after a pause', async ([, lines]) => {
    const watches = Array.from({ length: 100 }, () => ({ lines }))
    const { watch, asked, counts } = scripted({ lists: [list('3')], watches })
    watch.start()
    await tick(10_000)
    expect(asked.length).toBeLessThanOrEqual(12)
    expect(counts.restarts).toBe(0)
    await watch.stop()
  })

  test('a server that ends watches in peace is asked again at once', async () => {
    const watches = Array.from({ length: 100 }, () => ({ lastsMs: 1_000 }))
    const { watch, asked } = scripted({ lists: [list('3')], watches })
    watch.start()
    await tick(10_000)
    expect(asked).toHaveLength(12)
    await watch.stop()
  })

  test('a list at the version of the watch counts what the watch has not told', async () => {
    const told = {
      lines: [event('ADDED', object('b', '8')), { type: 'BOOKMARK', object: { metadata: { resourceVersion: '9' } } }],
    }
    const { watch, asked, seen, counts } = scripted({
      lists: [list('7', object('a', '3'), object('c', '2')), list('9', object('a', '5'), object('b', '8'))],
      watches: [{ ...told, lastsMs: 2_000 }],
      relistMs: 2_000,
    })
    watch.start()
    await tick(2_000)
    const [, query] = asked.filter(([kind]) => kind === 'list')[1] ?? []
    expect(query).toMatchObject({ resourceVersion: '9', resourceVersionMatch: 'Exact' })
    expect(seen.slice(3)).toEqual(['n/a 3 5', 'n/c 2 -'])
    expect(counts).toMatchObject({ missed: 2, restarts: 0, faults: 0 })
    await watch.stop()
  })

  test('a version that is too old for that costs a plain list, and nothing counts as missed', async () => {
    const { watch, asked, counts } = scripted({
      lists: [list('7', object('a', '3')), GONE, list('20', object('a', '15'))],
      watches: [{ lines: [event('ADDED', object('b', '8'))], lastsMs: 2_000 }],
      relistMs: 2_000,
    })
    watch.start()
    await tick(2_000)
    expect(asked.filter(([kind]) => kind === 'list').at(-1)?.[1]).not.toHaveProperty('resourceVersion')
    expect(watch.items).toEqual(new Map([['n/a', '15']]))
    expect(counts.missed).toBe(0)
    await watch.stop()
  })

  test('pages of a list that begins anew do not keep what was in the first try only', async () => {
    const pages: List = [
      { items: [object('a', '1'), object('b', '1')], resourceVersion: '3', isFirst: true, isLast: false },
      { items: [object('b', '1')], resourceVersion: '5', isFirst: true, isLast: false },
      { items: [object('c', '4')], resourceVersion: '5', isFirst: false, isLast: true },
    ]
    const { watch, seen, asked } = scripted({ lists: [pages], watches: [] })
    watch.start()
    await tick()
    expect([...watch.items.keys()]).toEqual(['n/b', 'n/c'])
    expect(seen.at(-1)).toBe('n/a 1 -')
    expect(asked.at(-1)?.[1]['resourceVersion']).toBe('5')
    await watch.stop()
  })

  test('what a handler throws is told to the log, and the next change to the handler', async () => {
    const faults: unknown[] = []
    const after: unknown[] = []
    const { client } = clientWith(list('3', object('a', '1'), object('bad', '2'), object('c', '3')))
    const watch = createListWatch<unknown>({
      client,
      path: '/x',
      keep: (raw) => {
        if (raw.metadata.name === 'bad') throw new Error('keep')
        return raw['data']
      },
      onChange: (key) => {
        after.push(key)
        throw new Error('onChange')
      },
      hooks: { onFault: (error) => void faults.push(String(error)) },
    })
    watch.start()
    await tick()
    expect(after).toEqual(['n/a', 'n/c'])
    expect(faults).toEqual(['Error: onChange', 'Error: keep', 'Error: onChange'])
    await watch.stop()
  })
})

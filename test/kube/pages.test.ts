import { expect, test } from 'vitest'
import type { KubeCall, ListPage } from '../../src/kube/client.ts'
import { KubeError } from '../../src/kube/errors.ts'
import { pagesOf } from '../../src/kube/pages.ts'
import { collect } from '../support/collect.ts'

const EXPIRED = new KubeError('x', { status: 410, reason: 'Expired' })

/** Answers in turn; an error is thrown. */
function lister(answers: readonly unknown[]) {
  const asked: KubeCall['query'][] = []
  const rest = [...answers]
  const request = async <T>({ query }: KubeCall): Promise<T> => {
    asked.push(query)
    const answer = rest.shift()
    if (answer instanceof Error) throw answer
    return answer as T
  }
  const read = async (query = {}): Promise<ListPage<string>[]> => {
    return collect(pagesOf<string>({ request }, { path: '/api/v1/pods', query, limit: 2 }))
  }
  return { asked, read }
}

function page(items: string[], token?: string, resourceVersion = '7') {
  return { metadata: { resourceVersion, continue: token }, items }
}

test('a list is read page by page, its version named on the first only', async () => {
  const { asked, read } = lister([page(['a', 'b'], 'more'), page(['c'], '')])
  expect(await read({ labelSelector: 'x', resourceVersion: '5', resourceVersionMatch: 'Exact' })).toEqual([
    { items: ['a', 'b'], resourceVersion: '7', isFirst: true, isLast: false },
    { items: ['c'], resourceVersion: '7', isFirst: false, isLast: true },
  ])
  expect(asked).toEqual([
    { labelSelector: 'x', resourceVersion: '5', resourceVersionMatch: 'Exact', limit: 2 },
    { labelSelector: 'x', resourceVersion: undefined, resourceVersionMatch: undefined, limit: 2, continue: 'more' },
  ])
})

test('a list that cannot be continued begins anew, and says so', async () => {
  const { read } = lister([page(['a', 'b'], 'more'), EXPIRED, page(['b', 'c'], undefined, '9')])
  expect(await read()).toEqual([
    { items: ['a', 'b'], resourceVersion: '7', isFirst: true, isLast: false },
    { items: ['b', 'c'], resourceVersion: '9', isFirst: true, isLast: true },
  ])
})

test('a page that is too large is asked for again in smaller pieces, where the list was', async () => {
  const tooLarge = new KubeError('x', { status: 0, reason: 'TooLarge' })
  const { asked, read } = lister([page(['a', 'b'], 'more'), tooLarge, page(['c'], 'rest'), page(['d'])])
  expect((await read()).flatMap(({ items }) => items)).toEqual(['a', 'b', 'c', 'd'])
  expect(asked.map((query) => [query?.['limit'], query?.['continue']])).toEqual([
    [2, undefined],
    [2, 'more'],
    [1, 'more'],
    [1, 'rest'],
  ])
  // One object alone cannot be made smaller.
  await expect(lister([tooLarge, tooLarge]).read()).rejects.toBe(tooLarge)
})

test('it does not begin anew for ever, nor for another failure', async () => {
  const answers = Array.from({ length: 10 }, () => [page(['a'], 'more'), EXPIRED]).flat()
  const { asked, read } = lister(answers)
  await expect(read()).rejects.toBe(EXPIRED)
  expect(asked).toHaveLength(8)
  const failure = new KubeError('x', { status: 500 })
  await expect(lister([page(['a'], 'more'), failure]).read()).rejects.toBe(failure)
  await expect(lister([EXPIRED]).read()).rejects.toBe(EXPIRED)
})

test.for([undefined, null, [], {}, { metadata: {} }, { metadata: { resourceVersion: 3 } }])(
  'what is no list is an error: %j',
  async (answer) => {
    await expect(lister([answer]).read()).rejects.toMatchObject({ reason: 'Malformed' })
  },
)

test('a list of nothing has no items', async () => {
  const nothing = { metadata: { resourceVersion: '1' }, items: null }
  expect(await lister([nothing]).read()).toMatchObject([{ items: [], isFirst: true, isLast: true }])
})

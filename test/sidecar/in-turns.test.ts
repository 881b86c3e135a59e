/** Long work lets others have their turn; short work is done in one. */

import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { inTurns } from '../../sidecar/in-turns.ts'
import type { Steps } from '../../src/core/steps.ts'

/** In milliseconds: only a step takes time, whatever the machine is busy with. */
let clock = 0

beforeEach(() => {
  const now = vi.spyOn(performance, 'now').mockImplementation(() => clock)
  onTestFinished(() => now.mockRestore())
})

/** Steps of some milliseconds each. */
function* steps(count: number): Steps<string> {
  for (let step = 0; step < count; step++) {
    clock += 4
    yield
  }
  return 'done'
}

test('others have their turn between the slices of long work', async () => {
  const order: string[] = []
  const work = inTurns(steps(20)).then((result) => order.push(result))
  const others = (async () => {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    order.push('five turns of others')
  })()
  await Promise.all([work, others])
  expect(order).toEqual(['five turns of others', 'done'])
})

test('work of one step is done before any other turn', async () => {
  const order: string[] = []
  setImmediate(() => order.push('another turn'))
  order.push(await inTurns(steps(1)))
  await new Promise((resolve) => setImmediate(resolve))
  expect(order).toEqual(['done', 'another turn'])
})

test('a failure of the work is a failure of the wait', async () => {
  const failing = function* (): Steps<never> {
    yield
    throw new Error('broken')
  }
  await expect(inTurns(failing())).rejects.toThrow('broken')
})

import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Gate } from '../../../sidecar/call/gate.ts'

test('lets those that come in one turn of the event loop pass one after the other, in the order in which they came', async () => {
  const gate = new Gate({ size: 9 })
  const passed: string[] = []
  for (const name of ['a', 'b', 'c']) gate.run(() => passed.push(name))
  setImmediate(() => passed.push('another'))
  expect(passed).toEqual([])
  await nextTurn()
  expect(passed).toEqual(['a', 'b', 'c', 'another'])
})

test('lets one that is alone pass in the same turn, and each of a later turn in that one', async () => {
  const gate = new Gate({ size: 9 })
  for (const turn of [1, 2, 3]) {
    let passedIn = 0
    gate.run(() => {
      passedIn = turn
    })
    await nextTurn()
    expect(passedIn).toBe(turn)
  }
})

test('lets a call pass at once where few are under way', () => {
  const gate = new Gate({ size: 1 })
  const passed: string[] = []
  gate.run(() => passed.push('call'))
  setImmediate(() => passed.push('turn'))
  return expect.poll(() => passed).toEqual(['call', 'turn'])
})

test('opens early for those that wait beside long work', () => {
  const gate = new Gate({ size: 9 })
  const passed: number[] = []
  gate.run(() => passed.push(1))
  const end = performance.now() + 5
  while (performance.now() < end);
  expect(passed).toEqual([])
  gate.run(() => passed.push(2))
  expect(passed).toEqual([1, 2])
})

test('lets the others pass beside one that throws, and throws that to the process', () => {
  const thrown = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => {})
  onTestFinished(() => thrown.mockRestore())
  const gate = new Gate({ size: 9 })
  const passed: number[] = []
  gate.run(() => {
    throw new Error('broken')
  })
  const end = performance.now() + 2
  while (performance.now() < end);
  gate.run(() => passed.push(2))
  expect(passed).toEqual([2])
  expect(thrown.mock.calls[0]?.[0]).toThrow('broken')
})

test('lets what waits at the gate ahead pass first, also when it opens early or few are under way', () => {
  const live = { size: 9 }
  const ahead = new Gate(live)
  const gate = new Gate(live, ahead)
  const passed: string[] = []
  const end = performance.now() + 2
  gate.run(() => passed.push('body'))
  ahead.run(() => passed.push('end'))
  live.size = 1
  while (performance.now() < end);
  gate.run(() => passed.push('next body'))
  expect(passed).toEqual(['end', 'body', 'next body'])
})

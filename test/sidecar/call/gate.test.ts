import { setImmediate as nextTurn } from 'node:timers/promises'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { createGates, Gate } from '../../../sidecar/call/gate.ts'

/** In milliseconds: time passes only where a test says so, whatever the machine is busy with. */
let clock = 0

beforeEach(() => {
  const now = vi.spyOn(performance, 'now').mockImplementation(() => clock)
  onTestFinished(() => now.mockRestore())
})

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

test('lets a call pass at once where few are under way', async () => {
  const gate = new Gate({ size: 1 })
  const passed: string[] = []
  setImmediate(() => passed.push('turn'))
  gate.run(() => passed.push('call'))
  await nextTurn()
  expect(passed).toEqual(['call', 'turn'])
})

test('lets no call pass before those that wait, where few are left under way', async () => {
  const live = { size: 9 }
  const gate = new Gate(live)
  const passed: string[] = []
  gate.run(() => passed.push('first'))
  live.size = 1
  gate.run(() => passed.push('second'))
  await nextTurn()
  expect(passed).toEqual(['first', 'second'])
})

test('opens early for those that wait beside long work', () => {
  const gate = new Gate({ size: 9 })
  const passed: number[] = []
  gate.run(() => passed.push(1))
  clock += 0.5
  gate.run(() => passed.push(2))
  expect(passed).toEqual([])
  clock += 0.5
  gate.run(() => passed.push(3))
  expect(passed).toEqual([1, 2, 3])
})

test('lets the others pass beside one that throws, and throws that to the process', () => {
  const thrown = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => {})
  onTestFinished(() => thrown.mockRestore())
  const gate = new Gate({ size: 9 })
  const passed: number[] = []
  gate.run(() => {
    throw new Error('broken')
  })
  clock += 1
  gate.run(() => passed.push(2))
  expect(passed).toEqual([2])
  expect(thrown.mock.calls[0]?.[0]).toThrow('broken')
})

test('lets what waits at the gate ahead pass first, also when it opens early or few are under way', () => {
  const live = { size: 9 }
  const ahead = new Gate(live)
  const gate = new Gate(live, ahead)
  const passed: string[] = []
  gate.run(() => passed.push('body'))
  ahead.run(() => passed.push('end'))
  live.size = 1
  clock += 1
  gate.run(() => passed.push('next body'))
  expect(passed).toEqual(['end', 'body', 'next body'])
})

test('lets replies and ends pass before bodies, whose encoding takes long', async () => {
  const { bodies, replies, endings } = createGates({ size: 9 })
  const passed: string[] = []
  bodies.run(() => passed.push('body'))
  endings.run(() => passed.push('end'))
  replies.run(() => passed.push('piece of a reply'))
  await nextTurn()
  expect(passed).toEqual(['piece of a reply', 'end', 'body'])
})

import { expect, test } from 'vitest'
import { ReadingTurns } from '../../../sidecar/reply/reading-turns.ts'

test('reading pauses after so many bytes, and goes on in a later turn, after others', async () => {
  const order: string[] = []
  const turns = new ReadingTurns()
  setImmediate(() => order.push('another turn'))
  const reader = { readOn: () => void order.push('read on') }
  const isOver = Array.from({ length: 6 }, () => turns.isOver(25 * 1024, reader))
  expect(isOver).toEqual([false, false, true, false, false, true])
  await new Promise((resolve) => setImmediate(resolve))
  expect(order).toEqual(['another turn', 'read on', 'read on'])
})

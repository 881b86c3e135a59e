import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type LiveCall, LiveCalls, type LiveEntry } from '../../../sidecar/call/live-calls.ts'
import { collectYoung, heldBytes, oldBytes } from '../../support/held-bytes.ts'

test('holds the calls that are under way, whichever ends first', () => {
  const calls = new LiveCalls()
  const [first, second, third] = [call(), call(), call()]
  const entries = [first, second, third].map((each) => calls.add(each))
  expect(calls.all()).toEqual([first, second, third])
  calls.delete(entries[0] as LiveEntry)
  expect([calls.size, new Set(calls.all())]).toEqual([2, new Set([second, third])])
  calls.delete(entries[2] as LiveEntry)
  expect(calls.all()).toEqual([second])
  calls.delete(entries[1] as LiveEntry)
  expect([calls.size, calls.all()]).toEqual([0, []])
})

test('tells when the last one has ended', async () => {
  const calls = new LiveCalls()
  await calls.empty()
  const entries = [calls.add(call()), calls.add(call())]
  let isEmpty = false
  const empty = calls.empty().then(() => {
    isEmpty = true
  })
  calls.delete(entries[0] as LiveEntry)
  await nextTurn()
  expect(isEmpty).toBe(false)
  calls.delete(entries[1] as LiveEntry)
  await empty
})

test('leaves no call that has ended to a full collection', () => {
  const calls = new LiveCalls()
  const underWay: LiveEntry[] = []
  heldBytes()
  const before = oldBytes()
  for (let n = 0; n < 20_000; n++) {
    underWay.push(calls.add(call(1000)))
    if (underWay.length > 32) calls.delete(underWay.shift() as LiveEntry)
    if (n % 200 === 0) collectYoung()
  }
  // With a Set, all of them are left.
  expect(oldBytes() - before).toBeLessThan(4_000_000)
})

function call(bytes = 0): LiveCall & { readonly held: readonly number[] } {
  return { fail() {}, held: new Array(bytes / 8).fill(0) }
}

import { expect, test } from 'vitest'
import { createBodyQueue } from '../../../sidecar/request/large-bodies.ts'

test('bodies that arrive together are handled in one iteration of the event loop each, in order', async () => {
  const queue = createBodyQueue()
  let loops = 0
  let spinning = setImmediate(function spin() {
    loops++
    spinning = setImmediate(spin)
  })
  const seen = await Promise.all(
    [1, 2, 3].map(async () => {
      await new Promise<void>((go) => queue.run(go))
      return loops
    }),
  )
  clearImmediate(spinning)
  expect(new Set(seen).size).toBe(3)
  expect(seen).toEqual(seen.toSorted((a, b) => a - b))
})

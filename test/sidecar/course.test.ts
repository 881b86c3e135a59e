import { setImmediate as turnAfter } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Course, follow, nextTurn, settled } from '../../sidecar/course.ts'
import { inTurns } from '../../sidecar/in-turns.ts'

test('goes on at once where what it waits for has come, and else when it comes', async () => {
  const steps: string[] = []
  let comes = (): void => {}
  function* course(): Course<void> {
    yield { run: (go) => go() }
    steps.push('at once')
    yield {
      run(go) {
        comes = go
      },
    }
    steps.push('later')
  }
  follow(course(), nextTurn)
  expect(steps).toEqual(['at once'])
  comes()
  expect(steps).toEqual(['at once', 'later'])
})

test('gives and throws what a promise does', async () => {
  expect(await inTurns(settled(Promise.resolve(7)))).toBe(7)
  await expect(inTurns(settled(Promise.reject(new Error('broken'))))).rejects.toThrow('broken')
})

test('pauses between two slices of long work, and not between short steps', async () => {
  // In milliseconds: only a step takes time, whatever the machine is busy with.
  let clock = 0
  const now = vi.spyOn(performance, 'now').mockImplementation(() => clock)
  onTestFinished(() => now.mockRestore())
  const steps: string[] = []
  function* course(ms: number): Course<void> {
    for (let step = 0; step < 3; step++) {
      clock += ms
      steps.push(`step ${step}`)
      yield
    }
  }
  follow(course(3), nextTurn)
  expect(steps.splice(0)).toEqual(['step 0', 'step 1', 'step 2'])
  setImmediate(() => steps.push('another'))
  follow(course(5), nextTurn)
  await turnAfter()
  expect(steps).toEqual(['step 0', 'step 1', 'another', 'step 2'])
})

import { expect, test } from 'vitest'
import { readOptions } from './options.ts'
import { lateTurns } from './requests/coding-session.ts'
import { orderOf } from './rounds.ts'
import { readCount } from './servers/instructions.ts'
import { median, pairedRatio, slope } from './statistics.ts'

test('a ratio is taken inside each round, so that a machine that slows down changes none', () => {
  expect(pairedRatio([110, 220, 440], [100, 200, 400])).toEqual({ min: 1.1, median: 1.1, max: 1.1 })
})

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected)
})

test('scenarios and rounds are taken from the flags, the revision from BASE', () => {
  const options = readOptions(['--scenarios', 'json,stream', '--rounds', '3'], { BASE: 'v0.1.0' })
  if ('text' in options) throw new Error(options.text)
  expect(options.scenarios.map(({ id }) => id)).toEqual(['json', 'stream'])
  expect(options).toMatchObject({ rounds: 3, base: 'v0.1.0', isComplete: false })
})

test.each([
  [['--scenarios', 'jsn'], '--scenarios: "jsn" is not one of json, stream, agent, open'],
  [['--rounds', '0'], '--rounds takes a whole number from 1 on, not "0"'],
  [['--round', '2'], "Unknown option '--round'"],
  [['--parts', 'start,speed'], '--parts: "speed" is not one of rounds, profile, start, sizes, tokens'],
  [['--compare', 'a.json'], '--compare takes two files'],
])('%j is answered with the mistake and the help', (args, mistake) => {
  const options = readOptions(args, {})
  expect(options).toMatchObject({ exitCode: 2 })
  expect('text' in options && options.text).toContain(mistake)
  expect('text' in options && options.text).toContain('make bench [BASE=REV]')
})

test('a run of chosen scenarios has no start, sizes and token counting, unless they are asked for', () => {
  const parts = (args: string[]): readonly string[] => {
    const options = readOptions(args, {})
    return 'text' in options ? [] : [...options.parts]
  }
  expect(parts([])).toEqual(['rounds', 'profile', 'start', 'sizes', 'tokens'])
  expect(parts(['--scenarios', 'json'])).toEqual(['rounds', 'profile'])
  expect(parts(['--scenarios', 'json', '--parts', 'rounds'])).toEqual(['rounds'])
})

test('two builds take turns as A B B A and as B A A B, after all others', () => {
  expect(orderOf(['floor', 'base', 'this'], 1)).toEqual(['floor', 'base', 'this', 'this', 'base'])
  expect(orderOf(['floor', 'base', 'this'], 2)).toEqual(['floor', 'this', 'base', 'base', 'this'])
  expect(orderOf(['floor', 'this'], 1)).toEqual(['floor', 'this'])
})

test('the slope is that of the line with the least squares', () => {
  expect(slope([0, 1, 2, 3].map((x) => [x, 5 + 2 * x + (x % 2 === 0 ? 0.5 : -0.5)] as const))).toBeCloseTo(1.8)
  expect(
    slope([
      [0, 7],
      [1, 7],
    ]),
  ).toBe(0)
})

test.each([
  ['12345,,instructions:u,1000,100.00,,\n', 12345],
  ['<not supported>,,instructions:u,0,100.00,,\n', undefined],
  ['perf: not found', undefined],
])('perf says %j: %j instructions', (output, count) => {
  expect(readCount(output)).toBe(count)
})

test('late turns of a session have one history and a new result each, the same in every run', () => {
  const [one, other] = [lateTurns()(1), lateTurns()(2)]
  expect(lateTurns()(1)).toBe(one)
  const messages = (body: string): readonly unknown[] => JSON.parse(body).messages
  expect(messages(one).slice(0, -2)).toEqual(messages(other).slice(0, -2))
  expect(messages(one).at(-1)).not.toEqual(messages(other).at(-1))
  expect(one.length).toBeGreaterThan(440_000)
  expect(one.length).toBeLessThan(460_000)
})

import { expect, test } from 'vitest'
import { readOptions } from './options.ts'
import { median, pairedRatio } from './statistics.ts'

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
])('%j is answered with the mistake and the help', (args, mistake) => {
  const options = readOptions(args, {})
  expect(options).toMatchObject({ exitCode: 2 })
  expect('text' in options && options.text).toContain(mistake)
  expect('text' in options && options.text).toContain('make bench [BASE=REV]')
})

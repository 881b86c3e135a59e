/** Holds the index of edge cases (docs/spec/edge-cases.md) against the tests that it names. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tableUnder } from './markdown.ts'

const DOCUMENT = 'docs/spec/edge-cases.md'
const ROWS = ['Cases', 'Further cases'].flatMap((heading) => tableUnder(readFileSync(DOCUMENT, 'utf8'), heading))

test('every case stands there once, with a test or the reason for none', () => {
  const cases = [...Array.from({ length: 25 }, (_, i) => String(i + 1)), 'a', 'b', 'c', 'd', 'e']
  expect(ROWS.map(([name]) => name)).toEqual(cases)
  const unanswered = ROWS.filter(
    ([, , answer = '']) => testsOf(answer).length === 0 && !answer.startsWith('not here: '),
  )
  expect(unanswered).toEqual([])
})

test.for(ROWS)('case %s: each test that it names exists', ([, , answer = '']) => {
  expect(testsOf(answer).filter(({ file, name }) => !textOf(file).includes(name))).toEqual([])
})

/** A link to a file of tests, and behind it the names of some in double quotes: `[x.test.ts](../x.test.ts) "a", "b"`. */
function testsOf(answer: string): { file: string; name: string }[] {
  return [...answer.matchAll(/\]\(([^)]+\.ts)\)((?:,? "[^"]*")*)/g)].flatMap(([, link = '', names = '']) => {
    const file = join('docs/spec', link)
    return [...names.matchAll(/"([^"]*)"/g)].map(([, name = '']) => ({ file, name }))
  })
}

/** Its text, with the quotes of its strings as they are read. */
function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').replaceAll(/\\(['"`])/g, '$1') : ''
}

/** Runs Vitest in this process, so that every test and every reason of a skip can be counted. */

import { createVitest, type TestCase, type Vitest } from 'vitest/node'
import { countSkip, type Tally } from './tally.ts'

/** @param filter part of a test file's path, or else of a test's name; all tests when absent */
export async function runTests(tally: Tally, filter?: string): Promise<void> {
  const vitest = await createVitest('test', { watch: false })
  try {
    const isName = await start(vitest, filter)
    countModules(vitest, tally, isName)
  } finally {
    await vitest.close()
  }
}

/** @returns whether `filter` was taken for part of a name */
async function start(vitest: Vitest, filter: string | undefined): Promise<boolean> {
  const filters = filter === undefined ? [] : [filter]
  const isName = (await vitest.globTestSpecifications(filters)).length === 0
  if (isName) {
    console.log(`No path of a test file holds ${JSON.stringify(filter)}: running the tests that have it in their name.`)
    vitest.setGlobalTestNamePattern(literal(filter ?? ''))
  }
  await vitest.start(isName ? [] : filters)
  return isName
}

function literal(text: string): RegExp {
  return new RegExp(text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
}

function countModules(vitest: Vitest, tally: Tally, isName: boolean): void {
  for (const module of vitest.state.getTestModules()) {
    let tests = 0
    for (const test of module.children.allTests()) {
      tests++
      count(test, tally, isName)
    }
    // A file that failed before it could declare a test must not pass for an empty one.
    if (tests === 0 || module.errors().length > 0) tally.failed++
  }
  tally.failed += vitest.state.getUnhandledErrors().length
}

/** A run by name skips all other tests, without a note: those are not counted. */
function count(test: TestCase, tally: Tally, isName: boolean): void {
  const result = test.result()
  if (result.state === 'passed') tally.passed++
  else if (result.state !== 'skipped') tally.failed++
  else if (result.note !== undefined || !isName) {
    countSkip(tally, result.note ?? `no reason given by ${test.fullName}`)
  }
}

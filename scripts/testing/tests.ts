/** Runs Vitest in this process, so that every test and every reason of a skip can be counted. */

import { readFileSync } from 'node:fs'
import { createVitest, type TestCase, type TestSpecification, type Vitest } from 'vitest/node'
import { countSkip, type Tally } from './tally.ts'

/** The projects of vitest.config.ts, in the order in which they run. */
export const PARTS = ['tests', 'cluster', 'node'] as const

export type Part = (typeof PARTS)[number]

export interface Selection {
  /** Those that have a test to run. */
  readonly parts: readonly Part[]
  readonly filter?: string
  /** Whether the filter is part of tests' names, not of paths. */
  readonly isName: boolean
}

/** @param filter part of a test file's path, or else of a test's name; all tests when absent */
export async function selectTests(filter?: string): Promise<Selection> {
  if (filter === undefined) return { parts: PARTS, isName: false }
  const vitest = await createVitest('test', { watch: false })
  try {
    const byPath = await vitest.globTestSpecifications([filter])
    if (byPath.length > 0) return { parts: PARTS.filter((part) => hasOne(byPath, part)), filter, isName: false }
    console.log(`No path of a test file holds ${JSON.stringify(filter)}: running the tests that have it in their name.`)
    const files = await vitest.globTestSpecifications()
    const isNamed = (part: Part): boolean => files.some((file) => hasOne([file], part) && holds(file, filter))
    return { parts: PARTS.filter((part) => part === 'tests' || isNamed(part)), filter, isName: true }
  } finally {
    await vitest.close()
  }
}

export async function runTests(tally: Tally, part: Part, { filter, isName }: Selection): Promise<void> {
  const vitest = await createVitest('test', { watch: false, project: [part] })
  try {
    if (isName) vitest.setGlobalTestNamePattern(literal(filter ?? ''))
    await vitest.start(isName || filter === undefined ? [] : [filter])
    countModules(vitest, tally, isName)
  } finally {
    await vitest.close()
  }
}

function hasOne(specifications: readonly TestSpecification[], part: Part): boolean {
  return specifications.some(({ project }) => project.name === part)
}

/** A control plane or a node is not started for a name that none of its tests has. */
function holds({ moduleId }: TestSpecification, filter: string): boolean {
  return readFileSync(moduleId, 'utf8').includes(filter)
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

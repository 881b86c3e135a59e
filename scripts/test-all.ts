/** Every check and every test, one after the other; ends with one line that counts them all and exits 1 on a failure. */

import { spawnSync } from 'node:child_process'
import { startVitest, type TestCase } from 'vitest/node'

interface Tally {
  passed: number
  failed: number
  skipped: number
}

const CHECKS: ReadonlyArray<{ name: string; command: readonly string[] }> = [
  { name: 'format, lint and import walls', command: ['npx', 'biome', 'check', '--error-on-warnings'] },
  { name: 'types', command: ['npx', 'tsc', '-b'] },
  { name: 'unused files, exports and packages', command: ['npx', 'knip'] },
  { name: 'generated files are fresh', command: ['node', 'scripts/generate.ts', '--check'] },
]

const tally: Tally = { passed: 0, failed: 0, skipped: 0 }
const skips = new Map<string, number>()

for (const check of CHECKS) runCheck(check.name, check.command)
await runTests()

for (const [reason, count] of skips) console.log(`skipped ${count}: ${reason}`)
console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`)
process.exit(tally.failed === 0 ? 0 : 1)

function runCheck(name: string, command: readonly string[]): void {
  const [program = '', ...args] = command
  const run = spawnSync(program, args, { encoding: 'utf8' })
  const isPassed = run.status === 0
  console.log(`${isPassed ? 'ok  ' : 'FAIL'}  ${name}`)
  if (isPassed) tally.passed++
  else {
    tally.failed++
    console.log(`${run.stdout ?? ''}${run.stderr ?? ''}${run.error?.message ?? ''}`)
  }
}

async function runTests(): Promise<void> {
  const vitest = await startVitest('test', [], { watch: false })
  for (const module of vitest.state.getTestModules()) {
    let tests = 0
    for (const test of module.children.allTests()) {
      tests++
      count(test)
    }
    // A file that failed before it could declare a test must not pass for an empty one.
    if (tests === 0 || module.errors().length > 0) tally.failed++
  }
  tally.failed += vitest.state.getUnhandledErrors().length
  await vitest.close()
}

function count(test: TestCase): void {
  const result = test.result()
  if (result.state === 'passed') tally.passed++
  else if (result.state === 'skipped') {
    tally.skipped++
    const reason = result.note ?? `no reason given by ${test.fullName}`
    skips.set(reason, (skips.get(reason) ?? 0) + 1)
  } else tally.failed++
}

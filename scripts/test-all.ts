/** Every check and every test, one after the other; ends with one line that counts them all and exits 1 on a failure. */

import { spawnSync } from 'node:child_process'
import { startVitest, type TestCase } from 'vitest/node'

interface Tally {
  passed: number
  failed: number
  skipped: number
}

/** Scripts of package.json. */
const CHECKS: ReadonlyArray<{ name: string; script: string }> = [
  { name: 'format, lint and import walls', script: 'lint' },
  { name: 'types', script: 'types' },
  { name: 'unused files, exports and packages', script: 'unused' },
  { name: 'generated files are fresh', script: 'generated' },
]

const tally: Tally = { passed: 0, failed: 0, skipped: 0 }
const skips = new Map<string, number>()

for (const { name, script } of CHECKS) runCheck(name, script)
await runTests()

for (const [reason, count] of skips) console.log(`skipped ${count}: ${reason}`)
console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`)
process.exit(tally.failed === 0 ? 0 : 1)

function runCheck(name: string, script: string): void {
  const run = spawnSync('npm', ['run', '--silent', script], { encoding: 'utf8' })
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

/** The checks that need no test runner. They run side by side: most of each is a start on one core. */

import { execFile } from 'node:child_process'
import type { Tally } from './tally.ts'

interface Check {
  readonly name: string
  /** A script of package.json. */
  readonly script: string
  /** Make the tool print one line per failure. */
  readonly args: readonly string[]
  /** What to run when it fails, where one command mends most failures. */
  readonly hint?: string
}

const CHECKS: readonly Check[] = [
  {
    name: 'format, lint and import walls',
    script: 'lint',
    args: ['--reporter=concise'],
    hint: 'make format mends formatting and import order',
  },
  { name: 'types', script: 'types', args: ['--pretty', 'false'] },
  { name: 'unused files, exports and packages', script: 'unused', args: ['--reporter', 'compact'] },
  { name: 'generated files are fresh', script: 'generated', args: [] },
]

/** Prints one line per check, and one per failure that its tool found. */
export async function runChecks(tally: Tally): Promise<void> {
  await Promise.all(CHECKS.map((check) => runCheck(check, tally)))
}

async function runCheck({ name, script, args, hint }: Check, tally: Tally): Promise<void> {
  const begun = performance.now()
  const { isPassed, output } = await runScript(script, args)
  const seconds = ((performance.now() - begun) / 1000).toFixed(1)
  console.log(`${isPassed ? 'ok  ' : 'FAIL'}  ${name} (${seconds} s)`)
  if (isPassed) tally.passed++
  else {
    tally.failed++
    for (const line of withoutSummary(output)) console.log(`      ${line}`)
    if (hint !== undefined) console.log(`      ${hint}`)
  }
}

function runScript(script: string, args: readonly string[]): Promise<{ isPassed: boolean; output: string }> {
  return new Promise((resolve) => {
    const options = { maxBuffer: 64 * 1024 * 1024 }
    execFile('npm', ['run', '--silent', script, '--', ...args], options, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`
      resolve({ isPassed: error === null, output: output === '' ? (error?.message ?? '') : output })
    })
  })
}

/** Biome's summary repeats what its lines state. */
const SUMMARY = /^(?:Checked \d|Found \d|check ━|\s*× Some errors|\s*$)/

function withoutSummary(output: string): string[] {
  return output.split('\n').filter((line) => !SUMMARY.test(line))
}

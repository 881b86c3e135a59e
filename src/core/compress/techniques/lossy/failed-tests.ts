/** Keeps the failed tests and the summary of a test run. */

import { linesOf, withoutEnd } from '../../lines/lines.ts'
import { lossyTechnique, withoutLines } from './left-out.ts'

const WHAT = 'lines of passed tests'

/** Lines by which test runners of many languages report a started or passed test. */
const PASSED = new RegExp(
  [
    String.raw`^\s*(?:✓|✔|√)\s`,
    String.raw`^\s*ok \d+\b`,
    String.raw`^\s*(?:--- PASS:|=== RUN |=== PAUSE |=== CONT |\[       OK \]|\[ RUN      \])`,
    '^PASS(?:ED)?[ :]',
    String.raw`^test .+ \.\.\. ok$`,
    String.raw`(?:^|\s)PASSED(?:\s+\[\s*\d+%\])?$`,
    String.raw`^\S.* \.\.\. ok$`,
  ].join('|'),
)

/** Removing fewer lines does not justify a loss. */
const FEWEST = 5

export const failedTests = lossyTechnique('failed-tests', WHAT, (text) => {
  const lines = linesOf(text)
  return withoutLines(lines, (index) => !PASSED.test(withoutEnd(lines[index] as string)), {
    what: WHAT,
    fewest: FEWEST,
  })
})

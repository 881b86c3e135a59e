/**
 * `make test`: every check and every test, or with an argument only the tests it names (part of a path or of a name).
 * Ends with one line that counts them all and exits 1 on a failure.
 */

import { runChecks } from './testing/checks.ts'
import { createTally, printTally } from './testing/tally.ts'
import { runTests } from './testing/tests.ts'

const filter = process.argv[2]
const tally = createTally()
if (filter === undefined) await runChecks(tally)
await runTests(tally, filter)
if (tally.passed + tally.failed + tally.skipped === 0)
  console.log(`No test has ${JSON.stringify(filter)} in its path or name.`)
// Vitest sets an exit code of its own and may leave handles open.
process.exit(printTally(tally))

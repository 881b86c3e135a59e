/** `make check`: all that can be checked without running a test. */

import { runChecks } from './testing/checks.ts'
import { createTally } from './testing/tally.ts'

const tally = createTally()
await runChecks(tally)
process.exitCode = tally.failed === 0 ? 0 : 1

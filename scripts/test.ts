/**
 * `make test`: every check and every test, or with an argument only the tests it names (part of a path or of a name).
 * Ends with the time of each part and one line that counts them all; exits 1 on a failure.
 */

import { kubeBinaries, nodeBinaries } from './kube/binaries.ts'
import { runChecks } from './testing/checks.ts'
import { createTally, printTally } from './testing/tally.ts'
import { runTests, selectTests } from './testing/tests.ts'

const filter = process.argv[2]
const tally = createTally()
const times: string[] = []
const selection = await selectTests(filter)
// Compiling takes minutes on a new machine. The other parts do not wait for it, and the cluster's finds it done.
const needsKube = selection.parts.includes('cluster') || selection.parts.includes('node')
const binaries = needsKube ? kubeBinaries(console.log) : Promise.resolve()
// Those of nodes come after them: no test of the API server waits for a kubelet.
const nodes = selection.parts.includes('node') ? binaries.then(() => nodeBinaries(console.log)) : Promise.resolve()
if (filter === undefined) await timed('checks', () => runChecks(tally))
for (const part of selection.parts) {
  if (part === 'cluster') await timed('wait for kube-apiserver', () => binaries)
  if (part === 'node') await timed('wait for kubelet', () => nodes)
  await timed(part, () => runTests(tally, part, selection))
}
if (tally.passed + tally.failed + tally.skipped === 0)
  console.log(`No test has ${JSON.stringify(filter)} in its path or name.`)
console.log(`time: ${times.join(', ')}`)
// Vitest sets an exit code of its own and may leave handles open.
process.exit(printTally(tally))

async function timed(name: string, work: () => Promise<unknown>): Promise<void> {
  const begun = performance.now()
  await work()
  times.push(`${name} ${((performance.now() - begun) / 1000).toFixed(0)} s`)
}

/**
 * Starts the sidecar with the given arguments of Node.js, asks it once and ends it: it leaves its compiled code where
 * NODE_COMPILE_CACHE says. Runs while an image is built, with the image's Node.js and no packages.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'

const sidecar = spawn(process.execPath, process.argv.slice(2), { stdio: ['ignore', 'pipe', 'inherit'] })
const exited = once(sidecar, 'exit')
const [line] = await Promise.race([once(sidecar.stdout, 'data'), exited])
// Once it has answered, it also listens to signals.
await fetch(`${JSON.parse(String(line)).admin}/readyz`)
sidecar.kill('SIGTERM')
const [code] = await exited
process.exitCode = code === 0 ? 0 : 1

/** Runs a short program of the system to its end. */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const MAX_MS = 60_000

/** @throws with its standard error when it fails or hangs */
export async function runProgram(name: string, args: readonly string[]): Promise<void> {
  // Debian's daemons have no such folders in the path of a user.
  const env = { ...process.env, PATH: `/usr/sbin:/sbin:${process.env['PATH']}` }
  await promisify(execFile)(name, args, { env, timeout: MAX_MS })
}

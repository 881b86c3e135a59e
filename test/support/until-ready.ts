/** Waits for a server that has just been started. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Program } from './program.ts'

/** A bound, not a measurement: a busy machine takes twenty seconds. */
const MAX_MS = 120_000

/** @throws with the end of its log when it exits or is not ready in time */
export async function untilReady(name: string, program: Program, isReady: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + MAX_MS
  while (!(await isReady().catch(() => false))) {
    if (program.hasExited) throw new Error(`${name} has exited:\n${program.lastWords()}`)
    if (Date.now() > end) {
      await program.kill()
      throw new Error(`${name} is not ready:\n${program.lastWords()}`)
    }
    await sleep(50)
  }
}

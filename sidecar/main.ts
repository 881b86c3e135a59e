/** The sidecar as a process: signals in, an exit code out. */

import type { SidecarConfig } from './config.ts'
import { startSidecar } from './start.ts'

/** The time that the last log lines get. */
const LAST_LINES_MS = 100

/**
 * Runs until SIGTERM or SIGINT, then drains. A second signal ends the process at once. One that comes during the start
 * counts as well: the first process of a container gets no signal that it does not listen to.
 * @returns the exit code
 * @throws M2MError PORT_IN_USE, POLICY_INVALID
 */
export async function runSidecar(config: SidecarConfig): Promise<number> {
  const signal = nextSignal()
  const sidecar = await startSidecar(config, { environment: process.env })
  await signal
  void nextSignal().then(() => process.exit(1))
  await sidecar.close()
  // A library may still wait for a peer, such as a collector that never answers: nothing is owed to it any more.
  setTimeout(() => process.exit(0), LAST_LINES_MS).unref()
  return 0
}

function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    const onSignal = (): void => {
      process.off('SIGTERM', onSignal)
      process.off('SIGINT', onSignal)
      resolve()
    }
    process.on('SIGTERM', onSignal)
    process.on('SIGINT', onSignal)
  })
}

/** Instructions that a process retires, counted by `perf stat`: a busy machine does not change them. */

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

const EVENT = 'instructions:u'

let canCount: boolean | undefined

/** `perf` is installed, may count, and the processor (or its virtual one) has the counter. */
export function canCountInstructions(): boolean {
  canCount ??= readCount(spawnSync('perf', ['stat', '-x,', '-e', EVENT, 'true']).stderr) !== undefined
  return canCount
}

/** Starts to count. The returned function ends it and returns the count. */
export function countInstructions(pid: number | undefined): () => Promise<number | undefined> {
  if (pid === undefined || !canCountInstructions()) return async () => undefined
  const perf = spawn('perf', ['stat', '-x,', '-e', EVENT, '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] })
  const output = text(perf.stderr)
  return async () => {
    perf.kill('SIGINT')
    await once(perf, 'exit')
    return readCount(await output)
  }
}

/** @param output of `perf stat -x,`: value, unit, event and more, separated by commas */
export function readCount(output: string | Uint8Array | null): number | undefined {
  const line = String(output ?? '')
    .split('\n')
    .find((it) => it.includes(EVENT))
  const count = line?.split(',')[0] ?? ''
  return /^\d+$/.test(count) ? Number(count) : undefined
}

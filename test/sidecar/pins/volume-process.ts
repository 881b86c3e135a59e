/** A process whose state folder is a small volume: it writes while there is no room, and after there is. */

import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { StateFiles } from '../../../sidecar/pins/state-files.ts'
import type { PinRecord } from '../../../src/core/pins/index.ts'
import { keyOf } from '../../core/pins/keys.ts'

/** What it prints. */
export interface VolumeReport {
  readonly messages: readonly string[]
  /** Files of this process that are open, before and after the failures. */
  readonly open: readonly [before: number, after: number]
  /** Pins that another process reads at the end. */
  readonly known: number
}

const MINUTE_MS = 61_000
const FAILURES = 20

const [folder = ''] = process.argv.slice(2)
const messages: string[] = []
const log = pino({ level: 'warn' }, { write: (line: string) => void messages.push(JSON.parse(line).msg) })
const pins: PinRecord[] = Array.from({ length: 500 }, (_, nth) => ({ key: keyOf(nth), pin: [7] }))

let now = 0
performance.now = () => now

const files = new StateFiles(folder, { log, beginning: () => [] })
files.open()
files.append(pins)
const openBefore = openFiles()
const filler = join(folder, 'filler')
attempt(() => writeFileSync(filler, Buffer.alloc(10_000_000)))
for (let nth = 0; nth < FAILURES; nth++) {
  now += MINUTE_MS
  files.append(pins)
}
const openAfter = openFiles()
attempt(() => rmSync(filler))
now += MINUTE_MS
files.append(pins)

let known = 0
for (const { read } of new StateFiles(folder, { log, beginning: () => [] }).open()) read(() => known++)
const report: VolumeReport = { messages, open: [openBefore, openAfter], known }
process.stdout.write(JSON.stringify(report))

function openFiles(): number {
  return readdirSync('/proc/self/fd').length
}

function attempt(work: () => void): void {
  try {
    work()
  } catch {
    // The volume is full, or takes nothing at all.
  }
}

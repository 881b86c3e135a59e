/** A state folder of a test, its files, and the processes that share it. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Logger, pino } from 'pino'
import { onTestFinished } from 'vitest'
import type { StateFile } from '../../../sidecar/pins/state-files.ts'
import { HEADER, type PinRecord, writeRecord } from '../../../src/core/pins/index.ts'

export function stateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'm2m-state-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface ReadLog {
  readonly log: Logger
  readonly messages: string[]
}

export function readLog(): ReadLog {
  const messages: string[] = []
  const log = pino({ level: 'warn' }, { write: (line: string) => void messages.push(JSON.parse(line).msg) })
  return { log, messages }
}

/** A valid name: the time of its making, then the process. */
export function fileName(madeAt = Date.now(), process = '0123456789ab'): string {
  return `pins-${madeAt.toString(36).padStart(9, '0')}-${process}.bin`
}

export function fileOf(records: readonly PinRecord[]): Buffer {
  return Buffer.concat([HEADER, ...records.map(writeRecord)])
}

export function put(folder: string, bytes: Uint8Array | string, name = fileName()): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

export function recordsOf(files: readonly StateFile[]): PinRecord[] {
  const records: PinRecord[] = []
  for (const { read } of files) read((record) => records.push(record))
  return records
}

/** The bytes of all files of the folder. */
export function contentOf(folder: string): Buffer {
  return Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))))
}

/**
 * Pins on a volume (`M2M_STATE_DIR`): each process appends to a file of its own, and reads those of the others, so that a
 * conversation keeps its forms when another process takes over. What is written is in the page cache before the request
 * is sent: it outlives the process, not the machine. Every failure leaves the pins in memory, says so once, and goes on.
 */

import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { HEADER, type PinRecord, readRecords, versionOf, writeRecord } from '../../src/core/pins/index.ts'

/** 1.4 million pins; a process keeps its last two files. */
const MAX_FILE_BYTES = 16 * 1024 * 1024
/** Of all processes: the oldest files go first. */
const MAX_TOTAL_BYTES = 64 * 1024 * 1024
const MAX_FILES = 512
const KEPT_MS = 7 * 24 * 60 * 60_000
/** After a failure, so that a full disk costs nothing. */
const PAUSE_MS = 60_000

type FileRecords = readonly PinRecord[]

const NAME = /^pins-[0-9a-z]{9}-[0-9a-f]{12}\.bin$/

export class StateFiles {
  readonly #dir: string
  readonly #log: Logger
  readonly #beginning: () => readonly PinRecord[]
  /** How far each file of another process is read; -1: never again. */
  readonly #read = new Map<string, number>()
  #own: { readonly fd: number; bytes: number } | undefined
  readonly #ownNames: string[] = []
  #pausedUntil = 0
  #hasWarned = false

  /** @param options.beginning the first records of every file */
  constructor(dir: string, { log, beginning }: { log: Logger; beginning: () => readonly PinRecord[] }) {
    this.#dir = dir
    this.#log = log
    this.#beginning = beginning
  }

  /** Removes files that are too many or too old. Never throws. @returns the records of each file, the oldest first */
  open(): readonly FileRecords[] {
    return (
      this.#try('cannot be used', () => {
        mkdirSync(this.#dir, { recursive: true, mode: 0o700 })
        this.#sweep()
        return this.#readAll()
      }) ?? []
    )
  }

  /** Never throws. @returns what other processes have written since, for each file that has grown */
  refresh(): readonly FileRecords[] {
    return this.#try('cannot be read', () => this.#readAll()) ?? []
  }

  /** Writes records behind each other. Never throws; after a failure nothing is written for a minute. */
  append(records: readonly PinRecord[]): void {
    if (records.length === 0 || performance.now() < this.#pausedUntil) return
    const written = this.#try('cannot be written', () => this.#write(records))
    if (written !== undefined) return
    this.#pausedUntil = performance.now() + PAUSE_MS
    // What came of the last write may be half a record: the next one begins a file.
    this.#closeOwn()
  }

  close(): void {
    this.#closeOwn()
  }

  /** @returns bytes written */
  #write(records: readonly PinRecord[]): number {
    if (this.#own !== undefined && (this.#own.bytes > MAX_FILE_BYTES || fstatSync(this.#own.fd).nlink === 0)) {
      this.#closeOwn()
    }
    this.#own ??= this.#create()
    const bytes = Buffer.concat(records.map(writeRecord))
    this.#writeAll(this.#own.fd, bytes)
    this.#own.bytes += bytes.length
    return bytes.length
  }

  #create(): { fd: number; bytes: number } {
    const name = `pins-${Date.now().toString(36).padStart(9, '0')}-${randomBytes(6).toString('hex')}.bin`
    const fd = openSync(join(this.#dir, name), 'wx', 0o600)
    this.#ownNames.push(name)
    const [oldest] = this.#ownNames.length > 2 ? this.#ownNames.splice(0, 1) : []
    if (oldest !== undefined) unlinkSync(join(this.#dir, oldest))
    this.#writeAll(fd, Buffer.concat([HEADER, ...this.#beginning().map(writeRecord)]))
    return { fd, bytes: HEADER.length }
  }

  #writeAll(fd: number, bytes: Buffer): void {
    if (writeSync(fd, bytes) !== bytes.length) throw new Error('the volume took only a part of the record')
  }

  #closeOwn(): void {
    if (this.#own === undefined) return
    closeSync(this.#own.fd)
    this.#own = undefined
  }

  #readAll(): FileRecords[] {
    const others = this.#names().filter((name) => !this.#ownNames.includes(name) && this.#read.get(name) !== -1)
    return others.map((name) => this.#readFile(name)).filter((records) => records.length > 0)
  }

  /** By the time of their making: what was written last counts. */
  #names(): string[] {
    return readdirSync(this.#dir)
      .filter((name) => NAME.test(name))
      .sort()
  }

  #readFile(name: string): FileRecords {
    const from = this.#read.get(name) ?? 0
    const path = join(this.#dir, name)
    const size = Math.min(statSync(path).size, 2 * MAX_FILE_BYTES)
    if (size <= from) return []
    const bytes = readPart(path, from, size)
    if (from === 0 && bytes.length < HEADER.length) return []
    if (from === 0 && versionOf(bytes) !== 'this') {
      this.#read.set(name, -1)
      const reason = versionOf(bytes) === 'other' ? 'is of another version' : 'is damaged'
      this.#log.warn({ file: name }, `a file of M2M_STATE_DIR ${reason}; its forms are not known here`)
      return []
    }
    const records: PinRecord[] = []
    const { used, damaged } = readRecords(bytes, (record) => records.push(record))
    this.#read.set(name, from + used)
    if (damaged > 0) this.#log.warn({ file: name, bytes: damaged }, 'a file of M2M_STATE_DIR is damaged in part')
    return records
  }

  #sweep(): void {
    const files = this.#names().map((name) => ({ name, ...statOf(join(this.#dir, name)) }))
    let bytes = 0
    for (const [age, { name, size, writtenAt }] of files.reverse().entries()) {
      bytes += size
      const isOld = Date.now() - writtenAt > KEPT_MS
      if (age < MAX_FILES && bytes <= MAX_TOTAL_BYTES && !isOld) continue
      unlinkSync(join(this.#dir, name))
    }
  }

  #try<T>(what: string, work: () => T): T | undefined {
    try {
      return work()
    } catch (err) {
      const { code = 'unknown' } = err as { code?: string }
      const message = `M2M_STATE_DIR ${what} (${code}); the forms of conversations are kept in memory only`
      // A file may be swept away by another process between two looks at it.
      if (!this.#hasWarned && code !== 'ENOENT') this.#log.warn({ err }, message)
      this.#hasWarned ||= code !== 'ENOENT'
      return undefined
    }
  }
}

function readPart(path: string, from: number, until: number): Buffer {
  const fd = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(until - from)
    return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, from))
  } finally {
    closeSync(fd)
  }
}

function statOf(path: string): { readonly size: number; readonly writtenAt: number } {
  const { size, mtimeMs } = statSync(path)
  return { size, writtenAt: mtimeMs }
}

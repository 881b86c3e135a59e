/**
 * Pins on a volume (`M2M_STATE_DIR`): each process appends to a file of its own, and reads those of the others, so that a
 * conversation keeps its forms when another process takes over. What is written is in the page cache before the request
 * is sent: it outlives the process, not the machine. Every failure leaves the pins in memory, says so once, and goes on.
 */

import { randomBytes } from 'node:crypto'
import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import {
  HEADER,
  isSwitch,
  type PinRecord,
  readRecords,
  type Switch,
  versionOf,
  writeRecord,
} from '../../src/core/pins/index.ts'

/** 1.4 million pins; a process keeps its last two files. */
const MAX_FILE_BYTES = 16 * 1024 * 1024
/** Of all processes: the oldest files go first. */
const MAX_TOTAL_BYTES = 64 * 1024 * 1024
const MAX_FILES = 512
const KEPT_MS = 7 * 24 * 60 * 60_000
/** After a failure, so that a full disk costs nothing. */
const PAUSE_MS = 60_000

/** What is new in one file. */
export interface StateFile {
  readonly switches: readonly Switch[]
  /** Unix time in milliseconds. */
  readonly writtenAt: number
  /** Reads it once more: the records of a file are millions, and are never held. Never throws. */
  read(take: (record: PinRecord) => void): void
}

export interface StateFilesOptions {
  readonly log: Logger
  /** The first records of every file. */
  readonly beginning: () => readonly PinRecord[]
  /** A file that is longer is followed by another one. */
  readonly maxFileBytes?: number
}

const NAME = /^pins-[0-9a-z]{9}-[0-9a-f]{12}\.bin$/

export class StateFiles {
  readonly #dir: string
  readonly #log: Logger
  readonly #beginning: () => readonly PinRecord[]
  readonly #maxFileBytes: number
  /** How far each file of another process is read; -1: never again. */
  readonly #read = new Map<string, number>()
  #own: { readonly fd: number; bytes: number } | undefined
  readonly #ownNames: string[] = []
  #pausedUntil = 0
  /** Each kind of failure is told once. */
  readonly #warned = new Set<string>()

  constructor(dir: string, { log, beginning, maxFileBytes = MAX_FILE_BYTES }: StateFilesOptions) {
    this.#dir = dir
    this.#log = log
    this.#beginning = beginning
    this.#maxFileBytes = maxFileBytes
  }

  /** Removes files that are too many or too old. Never throws. @returns every file, the oldest first */
  open(): readonly StateFile[] {
    return (
      this.#try('cannot be used', () => {
        mkdirSync(this.#dir, { recursive: true, mode: 0o700 })
        this.#sweep()
        return this.#readAll()
      }) ?? []
    )
  }

  /** Never throws. @returns what other processes have written since, for each file that has grown */
  refresh(): readonly StateFile[] {
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
    if (this.#own !== undefined && (this.#own.bytes > this.#maxFileBytes || fstatSync(this.#own.fd).nlink === 0)) {
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
    const path = join(this.#dir, name)
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 })
    const fd = openSync(path, 'wx', 0o600)
    try {
      this.#writeAll(fd, Buffer.concat([HEADER, ...this.#beginning().map(writeRecord)]))
    } catch (err) {
      closeSync(fd)
      rmSync(path, { force: true })
      throw err
    }
    this.#ownNames.push(name)
    const [oldest] = this.#ownNames.length > 2 ? this.#ownNames.splice(0, 1) : []
    if (oldest !== undefined) this.#remove(oldest)
    return { fd, bytes: HEADER.length }
  }

  #writeAll(fd: number, bytes: Buffer): void {
    if (writeSync(fd, bytes) !== bytes.length) throw new Error('the volume took only a part of the record')
  }

  #closeOwn(): void {
    const own = this.#own
    this.#own = undefined
    // A network file system may tell of a full disk only here.
    if (own !== undefined) this.#try('cannot be written', () => closeSync(own.fd))
  }

  #readAll(): StateFile[] {
    const others = this.#names().filter((name) => !this.#ownNames.includes(name) && this.#read.get(name) !== -1)
    return others.map((name) => this.#tryFile('read', () => this.#readFile(name))).filter((file) => file !== undefined)
  }

  /** By the time of their making: what was written last counts. */
  #names(): string[] {
    return readdirSync(this.#dir)
      .filter((name) => NAME.test(name))
      .sort()
  }

  /** @returns undefined when nothing was added to it */
  #readFile(name: string): StateFile | undefined {
    const from = this.#read.get(name) ?? 0
    const path = join(this.#dir, name)
    const { size, mtimeMs } = statSync(path)
    const until = Math.min(size, 2 * MAX_FILE_BYTES)
    if (until <= from) return undefined
    const bytes = readPart(path, from, until)
    if (from === 0 && bytes.length < HEADER.length) return undefined
    if (from === 0 && versionOf(bytes) !== 'this') {
      this.#read.set(name, -1)
      const reason = versionOf(bytes) === 'other' ? 'is of another version' : 'is damaged'
      this.#log.warn({ file: name }, `a file of M2M_STATE_DIR ${reason}; its forms are not known here`)
      return undefined
    }
    const switches: Switch[] = []
    const { used, damaged } = readRecords(bytes, (record) => isSwitch(record) && switches.push(record))
    this.#read.set(name, from + used)
    if (damaged > 0) this.#log.warn({ file: name, bytes: damaged }, 'a file of M2M_STATE_DIR is damaged in part')
    if (from > 0 && switches.length > 0) {
      // It changes what the records before it mean.
      this.#read.delete(name)
      return this.#readFile(name)
    }
    const read: StateFile['read'] = (take) => {
      this.#tryFile('read', () => readRecords(readPart(path, from, from + used), take))
    }
    return used === 0 ? undefined : { switches, writtenAt: Math.floor(mtimeMs), read }
  }

  #sweep(): void {
    let bytes = 0
    for (const [age, name] of this.#names().reverse().entries()) {
      const found = this.#tryFile('read', () => statSync(join(this.#dir, name)))
      bytes += found?.size ?? 0
      const isOld = found !== undefined && Date.now() - found.mtimeMs > KEPT_MS
      if (age >= MAX_FILES || bytes > MAX_TOTAL_BYTES || isOld) this.#remove(name)
    }
  }

  #remove(name: string): void {
    this.#tryFile('removed', () => rmSync(join(this.#dir, name), { force: true }))
  }

  /** Another process may sweep a file away between two looks at it: that is no failure. */
  #tryFile<T>(participle: string, work: () => T): T | undefined {
    return this.#try(`has a file that cannot be ${participle}`, () => {
      try {
        return work()
      } catch (err) {
        if (codeOf(err) === 'ENOENT') return undefined
        throw err
      }
    })
  }

  #try<T>(what: string, work: () => T): T | undefined {
    try {
      return work()
    } catch (err) {
      const message = `M2M_STATE_DIR ${what} (${codeOf(err)}); the forms of conversations are kept in memory only`
      if (!this.#warned.has(what)) this.#log.warn({ err }, message)
      this.#warned.add(what)
      return undefined
    }
  }
}

function codeOf(err: unknown): string {
  return (err as { code?: string }).code ?? 'unknown'
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

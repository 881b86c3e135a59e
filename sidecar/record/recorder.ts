/**
 * Writes calls to a folder for `m2m replay`: off by default, bounded in bytes on disk and in memory. A full or slow disk
 * loses recordings, never calls.
 */

import { constants, type Stats } from 'node:fs'
import { access, type FileHandle, lstat, mkdir, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { M2MError } from '../../src/core/errors.ts'
import { type RecordedCall, recordedRow } from './row.ts'

export interface Recorder {
  /** Queues a call. Never throws. */
  record(call: RecordedCall): void
  /** Writes the queued calls, in at most so many milliseconds. */
  close(withinMs: number): Promise<void>
}

export interface RecorderOptions {
  readonly dir: string
  /** Bytes that all recordings in the folder may take: those of earlier runs and of other processes included. */
  readonly maxBytes: number
  readonly log: Pick<Logger, 'warn'>
}

/** Masking takes 30 to 150 ms of CPU a MB, in slices. */
const MAX_BODY_BYTES = 4 * 1024 * 1024
/** Bodies of calls that wait: more are dropped. */
const MAX_QUEUED_BYTES = 64 * 1024 * 1024
/** The folder is measured again after this share of its limit was written. */
const MEASURES = 16
const PREFIX = 'calls-'
/** Readable by the owner alone: recordings hold prompts. */
const FILE_MODE = 0o600
const DIR_MODE = 0o700

/** @throws M2MError CONFIG_INVALID when the folder cannot be written to */
export async function createRecorder(options: RecorderOptions): Promise<Recorder> {
  const { dir, maxBytes, log } = options
  try {
    await makeFolder(dir)
    await access(dir, constants.W_OK)
    await readdir(dir)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new M2MError(
      `cannot record to ${dir} (${code ?? 'unknown'}); --record needs a folder that can be written to, in a folder that exists`,
      { code: 'CONFIG_INVALID', cause },
    )
  }
  log.warn({ dir, max_bytes: maxBytes }, 'calls are recorded: request bodies are written to disk')
  return new FolderRecorder(options)
}

/** One level only: creating the parents as well could hide a typing error in the path. */
async function makeFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir, DIR_MODE)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

class FolderRecorder implements Recorder {
  readonly #options: RecorderOptions
  /** Opened with the first row, so that a run without calls leaves no file. */
  #file: FileHandle | undefined
  #fileBytes = 0
  /** Bytes that may be written before the folder is measured again. */
  #room = 0
  #queuedBytes = 0
  #dropped = 0
  #writing = Promise.resolve()
  #isStopped = false

  constructor(options: RecorderOptions) {
    this.#options = options
  }

  record(call: RecordedCall): void {
    if (this.#isStopped) return
    const { length } = call.body
    if (length > MAX_BODY_BYTES) {
      this.#leaveOut(call, `its body is larger than ${MAX_BODY_BYTES} bytes`)
    } else if (this.#queuedBytes + length > MAX_QUEUED_BYTES) {
      this.#leaveOut(call, 'calls come faster than they can be recorded')
    } else {
      this.#queuedBytes += length
      this.#writing = this.#writing.then(() => this.#write(call))
    }
  }

  async close(withinMs: number): Promise<void> {
    // The rows that wait; then the one that is being written.
    await within(withinMs / 2, this.#writing)
    this.#isStopped = true
    await within(withinMs / 2, this.#writing)
    if (this.#dropped > 0)
      this.#options.log.warn({ calls: this.#dropped }, 'recording ended before these calls were written')
    await this.#file?.close()
  }

  async #write(call: RecordedCall): Promise<void> {
    try {
      if (this.#isStopped) this.#dropped++
      else await this.#append(call)
    } catch (error) {
      this.#stop('the recordings cannot be written', error)
    }
    this.#queuedBytes -= call.body.length
  }

  async #append(call: RecordedCall): Promise<void> {
    const row = await recordedRow(call)
    if (row === undefined) {
      this.#leaveOut(call, 'its JSON is nested too deep, or has too many values')
      return
    }
    if (row.length > this.#room) this.#room = await this.#measureRoom(row.length)
    if (row.length > this.#room) {
      this.#stop('the recordings have reached their size limit')
      return
    }
    this.#room -= row.length
    this.#file ??= await open(join(this.#options.dir, fileName()), 'ax', FILE_MODE)
    await this.#appendWhole(this.#file, row)
  }

  /** A row that was written in part is taken back: every line of a recording is whole. */
  async #appendWhole(file: FileHandle, row: Buffer): Promise<void> {
    try {
      await file.appendFile(row)
      this.#fileBytes += row.length
    } catch (error) {
      await file.truncate(this.#fileBytes).catch(() => undefined)
      throw error
    }
  }

  /** A share of the room left in the folder, so that processes that share it notice each other; at least `bytes` of it. */
  async #measureRoom(bytes: number): Promise<number> {
    const { dir, maxBytes } = this.#options
    const left = maxBytes - (await bytesOfRecordings(dir))
    return Math.min(left, Math.max(bytes, maxBytes / MEASURES))
  }

  #leaveOut({ summary }: RecordedCall, reason: string): void {
    this.#options.log.warn({ call: summary.id }, `a call was not recorded: ${reason}`)
  }

  #stop(reason: string, err?: unknown): void {
    this.#isStopped = true
    this.#options.log.warn({ err }, `${reason}; no further call is recorded`)
  }
}

/** Waits for `work`, at most so long; it never rejects. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  const end = new AbortController()
  await Promise.race([work, delay(ms, undefined, { signal: end.signal }).catch(() => undefined)])
  end.abort()
}

function fileName(): string {
  return `${PREFIX}${new Date().toISOString().replace(/[:.]/g, '-')}-${process.pid}.jsonl`
}

async function bytesOfRecordings(dir: string): Promise<number> {
  const names = (await readdir(dir)).filter((name) => name.startsWith(PREFIX) && name.endsWith('.jsonl'))
  const files = await Promise.all(names.map((name) => lstat(join(dir, name)).catch(() => undefined)))
  return files.reduce((sum: number, file: Stats | undefined) => sum + (file?.isFile() ? file.size : 0), 0)
}

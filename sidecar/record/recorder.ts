/**
 * Writes calls to a folder for `m2m replay`: off by default, bounded in bytes on disk and in memory. A full or slow disk
 * loses recordings, never calls.
 */

import { type FileHandle, mkdir, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { M2MError } from '../../src/core/errors.ts'
import { type RecordedCall, recordedRow } from './row.ts'

export interface Recorder {
  /** Queues a call; never throws, and costs the caller no time. */
  record(call: RecordedCall): void
  /** Writes the queued calls. */
  close(): Promise<void>
}

export interface RecorderOptions {
  readonly dir: string
  /** Bytes that all recordings in the folder may take, those of earlier runs included. */
  readonly maxBytes: number
  readonly log: Pick<Logger, 'warn' | 'info'>
}

/** Masking takes 30 to 140 ms a MB, during which nothing else runs: larger bodies are not recorded. */
const MAX_BODY_BYTES = 4 * 1024 * 1024
/** Calls waiting for the disk: more are dropped. */
const MAX_QUEUED_BYTES = 64 * 1024 * 1024
const PREFIX = 'calls-'
/** Readable by the owner alone: recordings hold prompts. */
const FILE_MODE = 0o600
const DIR_MODE = 0o700

/** @throws M2MError CONFIG_INVALID when the folder cannot be written to */
export async function createRecorder({ dir, maxBytes, log }: RecorderOptions): Promise<Recorder> {
  try {
    await makeFolder(dir)
    const room = maxBytes - (await bytesOfRecordings(dir))
    const file = await open(join(dir, fileName()), 'ax', FILE_MODE)
    log.warn({ dir, max_bytes: maxBytes }, 'calls are recorded: request bodies are written to disk')
    return new FileRecorder(file, room, log)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new M2MError(
      `cannot record to ${dir} (${code ?? 'unknown'}); --record needs a folder that can be written to, in a folder that exists`,
      { code: 'CONFIG_INVALID', cause },
    )
  }
}

/** One level only: creating the parents as well could hide a typing error in the path. */
async function makeFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir, DIR_MODE)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

function fileName(): string {
  return `${PREFIX}${new Date().toISOString().replace(/[:.]/g, '-')}-${process.pid}.jsonl`
}

async function bytesOfRecordings(dir: string): Promise<number> {
  const names = (await readdir(dir)).filter((name) => name.startsWith(PREFIX) && name.endsWith('.jsonl'))
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(dir, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

class FileRecorder implements Recorder {
  readonly #file: FileHandle
  readonly #log: RecorderOptions['log']
  /** Bytes that may still be written. */
  #room: number
  #queuedBytes = 0
  #writing = Promise.resolve()
  #isStopped = false

  constructor(file: FileHandle, room: number, log: RecorderOptions['log']) {
    this.#file = file
    this.#room = room
    this.#log = log
  }

  record(call: RecordedCall): void {
    if (this.#isStopped) return
    const { length } = call.body
    const reason = this.#reasonAgainst(length)
    if (reason !== undefined) {
      this.#log.warn({ call: call.summary.id }, `a call was not recorded: ${reason}`)
      return
    }
    this.#queuedBytes += length
    this.#writing = this.#writing.then(() => this.#write(call))
  }

  async close(): Promise<void> {
    await this.#writing
    this.#isStopped = true
    await this.#file.close()
  }

  #reasonAgainst(bytes: number): string | undefined {
    if (bytes > MAX_BODY_BYTES) return `its body is larger than ${MAX_BODY_BYTES} bytes`
    return this.#queuedBytes + bytes > MAX_QUEUED_BYTES ? 'the disk is too slow' : undefined
  }

  /** One row at a time, in an event-loop turn of its own: sockets are served between two of them. */
  async #write(call: RecordedCall): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    try {
      if (!this.#isStopped) await this.#append(recordedRow(call))
    } catch (error) {
      this.#stop('the recordings cannot be written', error)
    }
    this.#queuedBytes -= call.body.length
  }

  async #append(row: Buffer): Promise<void> {
    if (row.length > this.#room) {
      this.#stop('the recordings have reached their size limit')
      return
    }
    this.#room -= row.length
    await this.#file.appendFile(row)
  }

  #stop(reason: string, err?: unknown): void {
    this.#isStopped = true
    this.#log.warn({ err }, `${reason}; nothing more is recorded`)
  }
}

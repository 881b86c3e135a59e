/**
 * The sidecar's own keys for providers (`providers[].credentials`), as they are in files and in its environment now. A
 * rotated file is read again; the last good key holds until a new one can be read.
 */

import { readFileSync, type Stats, statSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import type { Logger } from 'pino'
import type { Provider } from '../../src/core/policy/index.ts'
import type { Environment } from '../config/file.ts'

export interface OwnKeys {
  /** Undefined: the provider takes the caller's key, or ours cannot be read, which is logged. */
  of(provider: Pick<Provider, 'key'>): string | undefined
}

export interface OwnKeysDeps {
  readonly log: Pick<Logger, 'error' | 'info'>
  readonly environment: Environment
  /** Default: `performance.now`, in milliseconds. */
  readonly now?: () => number
}

interface Reading {
  key: string | undefined
  readAt: number
  isReading: boolean
  /** Why it could not be read the last time; told once. */
  fault: string | undefined
}

/** A file is read again after so long, for the next call. */
const FRESH_MS = 1_000

/** A key has at most 8 KiB, with white space around it. */
const MAX_FILE_BYTES = 16 * 1024

/** Policies come and go; their files are few. */
const MAX_FILES = 256

export function createOwnKeys({ log, environment, now = () => performance.now() }: OwnKeysDeps): OwnKeys {
  const files = new Map<string, Reading>()
  const faults = new Set<string>()

  function ofVariable(name: string): string | undefined {
    const key = keyIn(Object.hasOwn(environment, name) ? (environment[name] ?? '') : '')
    if (key === undefined && !faults.has(name)) {
      faults.add(name)
      log.error({ variable: name }, 'the variable of a key is empty; calls keep the key of the application')
    }
    return key
  }

  function ofFile(path: string): string | undefined {
    const known = files.get(path)
    if (known === undefined) return firstReading(path)
    if (now() - known.readAt >= FRESH_MS && !known.isReading) refresh(path, known)
    return known.key
  }

  /** The first call waits for its key: without it, it would fail. */
  function firstReading(path: string): string | undefined {
    if (files.size >= MAX_FILES) files.clear()
    const reading: Reading = { key: undefined, readAt: now(), isReading: false, fault: undefined }
    files.set(path, reading)
    try {
      mustBeSmallFile(statSync(path))
      take(path, reading, readFileSync(path, 'utf8'))
    } catch (error) {
      fail(path, reading, faultOf(error))
    }
    return reading.key
  }

  function refresh(path: string, reading: Reading): void {
    reading.isReading = true
    readKeyFile(path)
      .then(
        (text) => take(path, reading, text),
        (error: unknown) => fail(path, reading, faultOf(error)),
      )
      .finally(() => {
        reading.isReading = false
        reading.readAt = now()
      })
      // Both handlers only log.
      .catch(() => {})
  }

  function take(path: string, reading: Reading, text: string): void {
    const key = keyIn(text)
    if (key === undefined) {
      fail(path, reading, 'it holds no key on one line')
      return
    }
    if (reading.fault !== undefined) log.info({ file: path }, 'the key of a provider can be read again')
    reading.key = key
    reading.fault = undefined
  }

  function fail(path: string, reading: Reading, fault: string): void {
    if (reading.fault === fault) return
    reading.fault = fault
    const holds = reading.key === undefined ? 'calls keep the key of the application' : 'the last good one holds'
    log.error({ file: path, fault }, `the key of a provider cannot be read; ${holds}`)
  }

  return {
    of: ({ key }) => {
      if (key === undefined) return undefined
      return key.from === 'File' ? ofFile(key.path) : ofVariable(key.name)
    },
  }
}

async function readKeyFile(path: string): Promise<string> {
  mustBeSmallFile(await stat(path))
  return readFile(path, 'utf8')
}

/** Of a pipe or a device a reading may never end, and calls would wait with it. */
function mustBeSmallFile(stats: Stats): void {
  if (!stats.isFile()) throw new Error('it is no file')
  if (stats.size > MAX_FILE_BYTES) throw new Error(`it is larger than ${MAX_FILE_BYTES} bytes`)
}

function faultOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code ?? message
}

/** The key of a text with white space around it; undefined where a header could not carry it (RFC 9110, 5.5). */
function keyIn(text: string): string | undefined {
  const key = text.trim()
  return /^[\x21-\x7e]{1,8192}$/.test(key) ? key : undefined
}

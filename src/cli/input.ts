/** Reads and writes the files of a command; reads standard input. */

import { isUtf8 } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import { createReadStream, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { M2MError } from '../core/errors.ts'
import { MAX_BODY_BYTES, MIB } from '../core/limits.ts'
import { printMessage } from './output.ts'

/**
 * @param file undefined or `-`: standard input
 * @throws M2MError FILE_UNREADABLE, BODY_TOO_LARGE
 */
export async function readInput(file: string | undefined, maxBytes = MAX_BODY_BYTES): Promise<Buffer> {
  const isPiped = file === undefined || file === '-'
  if (isPiped && process.stdin.isTTY) printMessage('reading from the terminal; Ctrl-D ends the input')
  const source = isPiped ? process.stdin : createReadStream(file)
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > maxBytes) throw tooLarge(maxBytes)
    }
  } catch (error) {
    throw error instanceof M2MError ? error : fileError('read', file ?? 'the input', error)
  }
  return Buffer.concat(chunks)
}

function tooLarge(maxBytes: number): M2MError {
  return new M2MError(`the input is larger than ${maxBytes / MIB} MiB`, { code: 'BODY_TOO_LARGE' })
}

/** @throws M2MError FILE_UNREADABLE, also when it is not UTF-8 */
export function readText(file: string): string {
  return textOf(
    file,
    attempt('read', file, () => readFileSync(file)),
  )
}

/** @throws M2MError FILE_UNREADABLE when the bytes are not UTF-8 */
export function textOf(file: string, bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString()
  throw new M2MError(`${file} is not UTF-8 text`, { code: 'FILE_UNREADABLE' })
}

/** @throws M2MError FILE_UNREADABLE */
export function writeFile(file: string, text: string): void {
  attempt('write', file, () => writeFileSync(file, text))
}

/**
 * Writes a whole file in place of an old one, and its folder: a reader finds the old or the new one, never a part.
 * @throws M2MError FILE_UNREADABLE
 */
export function replaceFile(file: string, text: string): void {
  const draft = `${file}.${randomUUID()}`
  attempt('write', file, () => {
    mkdirSync(dirname(file), { recursive: true })
    try {
      writeFileSync(draft, text, { flush: true })
      renameSync(draft, file)
    } catch (error) {
      rmSync(draft, { force: true })
      throw error
    }
  })
}

/** Runs a file operation; its error names the file and the reason. */
export function attempt<T>(verb: 'read' | 'write', file: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw fileError(verb, file, error)
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder',
  ENOTDIR: 'part of its path is not a folder',
  EACCES: 'permission denied',
}

function fileError(verb: string, file: string, cause: unknown): M2MError {
  const { code = '', message } = cause as NodeJS.ErrnoException
  return new M2MError(`cannot ${verb} ${file}: ${REASONS[code] ?? message}`, { code: 'FILE_UNREADABLE', cause })
}

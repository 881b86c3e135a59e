/** The answers so far, in a file of JSON lines: an interrupted run goes on from it. */

import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { M2MError } from '../core/errors.ts'
import type { Answer } from './endpoint/index.ts'

export interface State {
  get(key: string): Answer | undefined
  add(key: string, answer: Answer): void
}

/**
 * @param file undefined: the answers are kept in memory alone
 * @throws M2MError FILE_UNREADABLE when the file is not of this kind, or cannot be written: known before a call is paid
 */
export function openState(file: string | undefined): State {
  const answers = new Map<string, Answer>()
  const text = file !== undefined && existsSync(file) ? read(file) : ''
  for (const line of text.split('\n')) {
    const entry = entryOf(line)
    if (entry !== undefined) answers.set(entry.key, entry.answer)
  }
  if (answers.size === 0 && text.trim() !== '') throw unreadable(file ?? '', 'it holds no answers of m2m eval')
  if (file !== undefined) append(file, '')
  // A run that was killed may have left half a line.
  let gap = text === '' || text.endsWith('\n') ? '' : '\n'
  return {
    get: (key) => answers.get(key),
    add(key, answer) {
      answers.set(key, answer)
      // Answers quote tool outputs: for the eyes of their owner alone.
      if (file !== undefined) append(file, `${gap}${JSON.stringify({ key, ...answer })}\n`)
      gap = ''
    },
  }
}

function entryOf(line: string): { key: string; answer: Answer } | undefined {
  try {
    const { key, text, tokens } = JSON.parse(line)
    if (typeof key !== 'string' || typeof text !== 'string') return undefined
    return { key, answer: { text, ...(typeof tokens === 'number' && { tokens }) } }
  } catch {
    return undefined
  }
}

function append(file: string, line: string): void {
  try {
    appendFileSync(file, line, { mode: 0o600 })
  } catch (cause) {
    throw unreadable(file, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw unreadable(file, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function unreadable(file: string, why: string, cause?: unknown): M2MError {
  return new M2MError(`cannot use the state file ${file}: ${why}`, { code: 'FILE_UNREADABLE', cause })
}

/** Reads a corpus: a folder of *.jsonl files with one recorded row per line. The keys of a row identify its kind. */

import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { M2MError } from '../../core/errors.ts'
import { isObject, type Json } from '../json.ts'

/** `{tools?, messages}`: a whole session in OpenAI's form, with the agent's complete history. */
export interface SessionRow {
  readonly kind: 'session'
  readonly tools?: unknown
  readonly messages: readonly unknown[]
}

/** `{name, text}`: the output of one tool. */
export interface ToolOutputRow {
  readonly kind: 'tool-output'
  readonly text: string
}

/** `{uri, body, usage}`: one request as sent, with the usage billed by its provider. */
export interface RecordedCallRow {
  readonly kind: 'recorded-call'
  readonly uri: string
  readonly body: unknown
}

export interface UnknownRow {
  readonly kind: 'unknown'
  /** The keys, `{name, v}`, or 'not a JSON object'. */
  readonly shape: string
}

export type Row = SessionRow | ToolOutputRow | RecordedCallRow | UnknownRow

export interface CorpusSet {
  /** The file name without extension. */
  readonly name: string
  readonly file: string
}

/** @throws M2MError CORPUS_MISSING when the folder does not exist or has no *.jsonl file */
export function listSets(folder: string): readonly CorpusSet[] {
  const files = namesIn(folder).filter((name) => name.endsWith('.jsonl'))
  if (files.length > 0)
    return files.sort().map((name) => ({ name: basename(name, '.jsonl'), file: join(folder, name) }))
  throw missing(`no *.jsonl file in ${folder}`)
}

/** @param limit maximum number of rows; the rest of the file is ignored */
export function readRows(file: string, limit: number): readonly Row[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines
    .filter((line) => line.trim() !== '')
    .slice(0, limit)
    .map(readRow)
}

function readRow(line: string): Row {
  const row = parseObject(line)
  if (row === undefined) return { kind: 'unknown', shape: 'not a JSON object' }
  const { tools, messages, text, uri, body } = row
  if (Array.isArray(messages)) return { kind: 'session', messages, tools }
  if (typeof text === 'string' && 'name' in row) return { kind: 'tool-output', text }
  if (typeof uri === 'string' && 'usage' in row) return { kind: 'recorded-call', uri, body }
  return { kind: 'unknown', shape: `{${Object.keys(row).join(', ')}}` }
}

function parseObject(line: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (cause) {
    throw missing(`cannot read the folder ${folder}`, cause)
  }
}

function missing(what: string, cause?: unknown): M2MError {
  return new M2MError(`${what}; --corpus DIR names a folder of *.jsonl files with recorded sessions`, {
    code: 'CORPUS_MISSING',
    cause,
  })
}

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

/** `{uri, dialect?, body, usage}`: one request as sent, with the usage billed by its provider. */
export interface RecordedCallRow {
  readonly kind: 'recorded-call'
  readonly uri: string
  /** The name of its dialect, as the sidecar records it; else the path decides. */
  readonly dialect: unknown
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

const LF = 0x0a

/** @throws M2MError CORPUS_MISSING when the folder does not exist or has no *.jsonl file */
export function listSets(folder: string): readonly CorpusSet[] {
  const files = namesIn(folder).filter((name) => name.endsWith('.jsonl'))
  if (files.length > 0)
    return files.sort().map((name) => ({ name: basename(name, '.jsonl'), file: join(folder, name) }))
  throw missing(`no *.jsonl file in ${folder}`)
}

/** @param limit maximum number of rows; the rest of the file is ignored */
export function readRows(file: string, limit: number): readonly Row[] {
  const rows: Row[] = []
  // Line by line: a whole recording may be longer than the longest string.
  const bytes = readFileSync(file)
  for (let start = 0; start < bytes.length && rows.length < limit; ) {
    const end = bytes.indexOf(LF, start)
    const line = bytes.toString('utf8', start, end === -1 ? bytes.length : end)
    if (line.trim() !== '') rows.push(readRow(line))
    start = end === -1 ? bytes.length : end + 1
  }
  return rows
}

function readRow(line: string): Row {
  const row = parseObject(line)
  if (row === undefined) return { kind: 'unknown', shape: 'not a JSON object' }
  const { tools, messages, text, uri, dialect, body } = row
  if (Array.isArray(messages)) return { kind: 'session', messages, tools }
  if (typeof text === 'string' && 'name' in row) return { kind: 'tool-output', text }
  if (typeof uri === 'string' && 'usage' in row) return { kind: 'recorded-call', uri, dialect, body }
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

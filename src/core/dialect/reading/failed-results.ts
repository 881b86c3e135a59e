/**
 * Finds the tool results of a request that report a failure. They compare sessions, and never decide on a block.
 * A mark counts wherever a dialect has one. Most chat clients set no mark and send the error as the result's text, so
 * the start of a text counts as well. That is a guess, but the same one for every session that is compared.
 */

import { endOf, isString, type JsonTape, kindOf, memberOf, NONE, nextOf, sourceOf, startOf } from '../../json/index.ts'
import { Pace, type Steps } from '../../steps.ts'
import type { KnownElements } from '../dialect.ts'
import { elementsEnd, elementsOf, hasMember, isMarkedError, memberText, memberWord } from './members.ts'
import { ROLES } from './turns.ts'

/** Members that hold messages or items, in one dialect or another. */
const LISTS = ['messages', 'input']

/** Members that name the call of a result. */
const CALL_IDS = ['tool_use_id', 'tool_call_id', 'call_id']

/** Only so many units at the start of a literal are searched. */
const OPENING_UNITS = 160

/** `Error: ...`, `TypeError: ...`, a stack trace's first line; in a JSON literal, where white space may be escaped. */
const SAYS_ERROR = /^"(?:\s|\\[nrt])*(?:\w{0,40}(?:error|exception)|traceback \(most recent call last\)):/i

/** `{"error": ...` unless it is null, false or empty, and MCP's `{"isError": true`; quotes are escaped in a literal. */
const HOLDS_ERROR =
  /^"(?:\s|\\[nrt])*\{(?:\s|\\[nrt])*\\"(?:is_?error\\"\s{0,9}:\s{0,9}true|error\\"\s{0,9}:\s{0,9}(?!\s|null|false|\\"\\"))/i

export interface KnownFailed extends KnownElements {
  /** Nodes of the results among these elements that report a failure. */
  readonly failed: readonly number[]
}

/**
 * @param known of an earlier request
 * @returns one node for each failed result, in body order: its call's id, or the result itself when it has none
 */
export function* failedResults(tape: JsonTape, known?: KnownFailed): Steps<readonly number[]> {
  const failed: number[] = []
  const pace = new Pace()
  for (const name of LISTS) {
    const list = memberOf(tape, 0, name)
    const end = elementsEnd(tape, list)
    for (let message = takeKnown(list, known, failed); message < end; message = nextOf(tape, message)) {
      look(tape, message, failed)
      const content = memberOf(tape, message, 'content')
      if (kindOf(tape, content) === 'array') yield* addFailedParts(tape, content, { failed, pace })
      if (pace.isOver) yield
    }
  }
  return failed
}

/** @returns the first element that is not known */
function takeKnown(list: number, known: KnownFailed | undefined, failed: number[]): number {
  if (known?.list !== list) return list + 1
  for (const result of known.failed) failed.push(result)
  return known.node
}

function* addFailedParts(
  tape: JsonTape,
  content: number,
  { failed, pace }: { readonly failed: number[]; readonly pace: Pace },
): Steps<void> {
  const end = elementsEnd(tape, content)
  for (let part = content + 1; part < end; part = nextOf(tape, part)) {
    look(tape, part, failed)
    if (pace.isOver) yield
  }
}

/** Looks at a message or an item, or at a part of its content. */
function look(tape: JsonTape, node: number, failed: number[]): void {
  if (isResult(tape, node) && isFailed(tape, node)) failed.push(identityOf(tape, node))
}

/** Is it a tool's message, an item with a tool's output, or a part that is a tool's result? */
function isResult(tape: JsonTape, node: number): boolean {
  const role = memberWord(tape, node, 'role', ROLES)
  if (role !== undefined) return role === 'tool' || role === 'function'
  const type = memberText(tape, node, 'type') ?? ''
  return type.endsWith('tool_result') || type.endsWith('_call') || type.endsWith('_call_output')
}

function isFailed(tape: JsonTape, result: number): boolean {
  if (hasMember(tape, result, 'is_error')) return isMarkedError(tape, result)
  if (isString(tape, memberOf(tape, result, 'status'), 'failed')) return true
  const error = kindOf(tape, memberOf(tape, result, 'error'))
  if (error === 'string' || error === 'object') return true
  return (
    isErrorContent(tape, memberOf(tape, result, 'content')) || isErrorContent(tape, memberOf(tape, result, 'output'))
  )
}

/** Looks at a text, the first of several, or the error object of Anthropic's own tools. */
function isErrorContent(tape: JsonTape, content: number): boolean {
  const kind = kindOf(tape, content)
  if (kind === 'string') return isErrorText(tape, content)
  if (kind === 'object') return memberText(tape, content, 'type')?.endsWith('_error') === true
  for (const part of elementsOf(tape, content)) return isErrorText(tape, memberOf(tape, part, 'text'))
  return false
}

function isErrorText(tape: JsonTape, text: number): boolean {
  if (kindOf(tape, text) !== 'string') return false
  const opening = openingOf(tape, text)
  return SAYS_ERROR.test(opening) || HOLDS_ERROR.test(opening)
}

/** Decodes byte by byte, because the patterns are ASCII: ten times as fast as `String.fromCharCode`. */
function openingOf(tape: JsonTape, text: number): string {
  const { buffer, byteOffset, BYTES_PER_ELEMENT: size } = tape.units
  const start = startOf(tape, text)
  const units = Math.min(endOf(tape, text) - start, OPENING_UNITS)
  const bytes = Buffer.from(buffer, byteOffset + start * size, units * size)
  return bytes.toString(size === 1 ? 'latin1' : 'utf16le')
}

function identityOf(tape: JsonTape, result: number): number {
  for (const name of CALL_IDS) {
    const id = memberOf(tape, result, name)
    if (id !== NONE && sourceOf(tape, id).length > 2) return id
  }
  return result
}

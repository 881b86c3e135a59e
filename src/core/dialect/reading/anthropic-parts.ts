/** The content parts of an Anthropic message: text, calls, results, reasoning, and parts that stay as they are. */

import { type JsonTape, memberOf } from '../../json/index.ts'
import type { Pace, Steps } from '../../steps.ts'
import { type Calls, callerOf } from './calls.ts'
import { readLeft } from './left.ts'
import { isMarkedError, memberText } from './members.ts'
import { type Notes, partsOf, type TextUse, useOfResult } from './notes.ts'
import { isSystem, observationKind, type Turn } from './turns.ts'

const TEXT_PARTS = ['text']

export interface Walk {
  readonly turn: Turn
  readonly calls: Calls
  /** The messages before the first one are at the provider. */
  readonly isContinue: boolean
  readonly pace: Pace
}

/** Notes what a message holds; one after the other, since each is judged by those before it. */
export function* readAnthropicTurn(tape: JsonTape, walk: Walk, notes: Notes): Steps<void> {
  const { turn, pace } = walk
  if (turn.role === 'assistant') notes.assistant(turn.node)
  const content = { node: memberOf(tape, turn.node, 'content'), path: `${turn.path}.content` }
  const isOpening = turn.isOpening && (turn.isFirstUser || isSystem(turn))
  const use = { kind: observationKind(turn), isOpening }
  for (const { node, isText, type, path } of partsOf(tape, content, TEXT_PARTS)) {
    if (isText) notes.text({ node, path }, use)
    else (READERS.get(type) ?? readOther)(tape, { ...walk, node, type, path }, notes)
    if (pace.isOver) yield
  }
}

interface Part extends Walk {
  readonly node: number
  readonly type: string
  /** `messages[1].content[0]`. */
  readonly path: string
}

type Reader = (tape: JsonTape, part: Part, notes: Notes) => void

/** Parts with a meaning of their own; every other one is left. */
const READERS: ReadonlyMap<string, Reader> = new Map([
  ['tool_use', readCall],
  ['server_tool_use', readCall],
  ['mcp_tool_use', readCall],
  ['tool_result', readResult],
  ['thinking', readReasoning],
  ['redacted_thinking', readReasoning],
  ['compaction', readCompaction],
  ['tool_addition', readDefinitions('tool')],
  ['mcp_tool_listing', readDefinitions('tools')],
])

/** Calls of the client's tools and of tools at the provider: all are billed, none is changed. */
function readCall(tape: JsonTape, { node, calls }: Part, notes: Notes): void {
  const input = memberOf(tape, node, 'input')
  notes.call(memberOf(tape, node, 'name'))
  notes.call(input)
  const tool = memberText(tape, node, 'name')
  calls.add(memberText(tape, node, 'id'), { tool, node: input, caller: callerOf(tape, node) })
}

function readResult(tape: JsonTape, part: Part, notes: Notes): void {
  const use = useOf(tape, part)
  if (use === undefined) return
  const content = { node: memberOf(tape, part.node, 'content'), path: `${part.path}.content` }
  for (const found of partsOf(tape, content, TEXT_PARTS)) {
    if (found.isText) notes.text(found, use)
    else readLeft(tape, found, notes)
  }
}

/**
 * A result in the first user message belongs to its text, unless the model has called for it: a summary, or a thread at
 * the provider, may stand for the messages before it.
 */
function useOf(tape: JsonTape, { node, turn, calls, isContinue }: Part): TextUse | undefined {
  const callId = memberText(tape, node, 'tool_use_id')
  const isAnswer = turn.role === 'user' && (!turn.isFirstUser || isContinue || calls.has(callId))
  return useOfResult(calls.byId(node, callId), callId, isAnswer && !isMarkedError(tape, node))
}

/** Its text is a summary, or absent: how much of it is billed is not known. */
function readReasoning(_: JsonTape, { node, path }: Part, notes: Notes): void {
  notes.reasoning({ node, path })
}

function readCompaction(tape: JsonTape, { node, type, path }: Part, notes: Notes): void {
  notes.reasoning({ node, path })
  notes.compaction(node)
  readLeft(tape, { node, type }, notes)
}

/** Definitions that come in where they stand. */
function readDefinitions(member: string): Reader {
  return (tape, { node, calls }, notes) => {
    const definitions = memberOf(tape, node, member)
    calls.tools.add(definitions)
    notes.schema(definitions, { isHead: false })
  }
}

/** The results of the provider's own tools have a caller too. */
function readOther(tape: JsonTape, { node, type }: Part, notes: Notes): void {
  if (callerOf(tape, node) !== 'program') readLeft(tape, { node, type }, notes)
}

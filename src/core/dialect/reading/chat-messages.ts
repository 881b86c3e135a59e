/**
 * The `messages` that OpenAI chat completions and Ollama chat share: content, `tool_calls`, and tool results by role.
 */

import { type JsonTape, memberOf, NONE } from '../../json/index.ts'
import { Pace, type Steps } from '../../steps.ts'
import type { KnownCalls } from '../known-calls.ts'
import { Calls, callerOf } from './calls.ts'
import { hasBoundReasoning, isReasoning } from './chat-reasoning.ts'
import { readAttached, readLeft } from './left.ts'
import { elementsOf, isMarkedError, memberText } from './members.ts'
import { type ContentPart, type Notes, partsOf, type TextUse, useOfResult } from './notes.ts'
import { isSystem, observationKind, type Turn, turnsOf } from './turns.ts'

const TEXT_PARTS = ['text']

/** @param messages the node of `messages` */
export function* readChatMessages(
  tape: JsonTape,
  messages: number,
  notes: Notes,
  known: KnownCalls | undefined,
): Steps<void> {
  const calls = new Calls(tape, known)
  const pace = new Pace()
  for (const turn of turnsOf(tape, messages, 'messages')) {
    noteMaker(tape, turn, notes)
    readCalls(tape, turn.node, notes, calls)
    const use = useOf(tape, turn, calls)
    if (use !== undefined) yield* readContent(tape, { turn, use, pace }, notes)
    if (pace.isOver) yield
  }
}

function* readContent(
  tape: JsonTape,
  { turn, use, pace }: { readonly turn: Turn; readonly use: TextUse; readonly pace: Pace },
  notes: Notes,
): Steps<void> {
  const content = { node: memberOf(tape, turn.node, 'content'), path: `${turn.path}.content` }
  for (const part of partsOf(tape, content, TEXT_PARTS)) {
    if (part.isText) notes.text(part, use)
    else readPart(tape, part, notes)
    if (pace.isOver) yield
  }
  readAttached(tape, turn.node, notes)
}

function noteMaker(tape: JsonTape, { node, path, role }: Turn, notes: Notes): void {
  if (role !== 'assistant') return
  notes.assistant(node)
  if (hasBoundReasoning(tape, node)) notes.reasoning({ node, path })
}

function readPart(tape: JsonTape, part: ContentPart, notes: Notes): void {
  if (part.type === 'compaction') notes.compaction(part.node)
  if (!isReasoning(part.type)) readLeft(tape, part, notes)
}

/** @returns undefined for the result that a program reads */
function useOf(tape: JsonTape, turn: Turn, calls: Calls): TextUse | undefined {
  if (turn.role === 'tool' || turn.role === 'function') return useOfToolMessage(tape, turn.node, calls)
  return { kind: observationKind(turn), isOpening: turn.isOpening && (turn.isFirstUser || isSystem(turn)) }
}

/**
 * The tool is `name` (OpenAI's function role, many clients), `tool_name` (Ollama), or that of the call with this id.
 */
function useOfToolMessage(tape: JsonTape, message: number, calls: Calls): TextUse | undefined {
  const callId = memberText(tape, message, 'tool_call_id')
  const named = memberText(tape, message, 'name') ?? memberText(tape, message, 'tool_name')
  const called = callId === undefined ? calls.inOrder(message, named) : calls.byId(message, callId, named)
  return useOfResult(called, callId, !isMarkedError(tape, message))
}

function readCalls(tape: JsonTape, message: number, notes: Notes, calls: Calls): void {
  const list = memberOf(tape, message, 'tool_calls')
  if (list !== NONE) calls.begin()
  for (const call of elementsOf(tape, list)) {
    // OpenAI's custom tools have `custom: { name, input }` where function tools have `function: { name, arguments }`.
    const custom = memberOf(tape, call, 'custom')
    const called = memberOf(tape, call, 'function')
    notes.call(memberOf(tape, called, 'name'))
    notes.call(memberOf(tape, called, 'arguments'))
    notes.call(memberOf(tape, custom, 'name'))
    notes.call(memberOf(tape, custom, 'input'))
    const isCustom = memberText(tape, called, 'name') === undefined
    calls.add(memberText(tape, call, 'id'), {
      tool: memberText(tape, isCustom ? custom : called, 'name'),
      node: isCustom ? memberOf(tape, custom, 'input') : memberOf(tape, called, 'arguments'),
      caller: callerOf(tape, call),
    })
  }
  const legacy = memberOf(tape, message, 'function_call')
  if (legacy === NONE) return
  notes.call(memberOf(tape, legacy, 'name'))
  notes.call(memberOf(tape, legacy, 'arguments'))
  calls.begin()
  calls.add(undefined, {
    tool: memberText(tape, legacy, 'name'),
    node: memberOf(tape, legacy, 'arguments'),
    caller: undefined,
  })
}

/**
 * The `messages` that OpenAI chat completions and Ollama chat share: content, `tool_calls`, and tool results by role.
 */

import { type JsonTape, kindOf, memberOf, NONE, nextOf } from '../../json/index.ts'
import { Pace, type Steps } from '../../steps.ts'
import { type Calls, callerOf } from './calls.ts'
import { hasBoundReasoning, isReasoning } from './chat-reasoning.ts'
import { readAttached, readLeft } from './left.ts'
import { elementsOf, hasAnyMember, isMarkedError, memberText } from './members.ts'
import { type ContentPart, type Notes, partsOf, type Text, type TextUse, useOfResult } from './notes.ts'
import { isSystem, observationKind, type Turn } from './turns.ts'
import { Walk, type WalkSources } from './walk.ts'

const TEXT_PARTS = ['text']

/** Members of a message that hold calls. */
const CALLS = ['tool_calls', 'function_call']

/** @param messages the node of `messages` */
export function* readChatMessages(tape: JsonTape, messages: number, sources: WalkSources): Steps<void> {
  const walk = new Walk(tape, messages, 'messages', sources)
  const { calls, end } = walk
  const { notes } = sources
  const pace = new Pace()
  for (let node = walk.first; node < end; node = nextOf(tape, node)) {
    const turn = walk.next(node)
    noteMaker(tape, turn, notes)
    readCalls(tape, node, notes, calls)
    const use = useOf(tape, turn, calls)
    if (use !== undefined) {
      const content = memberOf(tape, node, 'content')
      if (kindOf(tape, content) === 'string') notes.text({ node: content, path: contentPath(turn, use) }, use)
      else yield* readParts(tape, { content: { node: content, path: `${turn.path}.content` }, use, pace }, notes)
      readAttached(tape, node, notes)
    }
    if (pace.isOver) yield
  }
  walk.close()
}

/** Asked for blocks only. */
function contentPath(turn: Turn, { kind }: TextUse): string {
  return kind === undefined ? '' : `${turn.path}.content`
}

function* readParts(
  tape: JsonTape,
  { content, use, pace }: { readonly content: Text; readonly use: TextUse; readonly pace: Pace },
  notes: Notes,
): Steps<void> {
  for (const part of partsOf(tape, content, TEXT_PARTS)) {
    if (part.isText) notes.text(part, use)
    else readPart(tape, part, notes)
    if (pace.isOver) yield
  }
}

function noteMaker(tape: JsonTape, turn: Turn, notes: Notes): void {
  const { node } = turn
  if (turn.role !== 'assistant') return
  notes.assistant(node)
  if (hasBoundReasoning(tape, node)) notes.reasoning({ node, path: turn.path })
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
  if (!hasAnyMember(tape, message, CALLS)) return
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

/**
 * The `messages` that OpenAI chat completions and Ollama chat share: content, `tool_calls`, and tool results by role.
 */

import { type JsonTape, memberOf } from '../../json/index.ts'
import type { Block } from '../dialect.ts'
import { elementsOf, isMarkedError, memberText } from './members.ts'
import { type Notes, textsOf } from './notes.ts'
import { isSystem, observationKind, type Turn, turnsOf } from './turns.ts'

const TEXT_PARTS = ['text']

/** @param messages the node of `messages` */
export function readChatMessages(tape: JsonTape, messages: number, notes: Notes): void {
  const callers = new Map<string, string>()
  for (const turn of turnsOf(tape, messages, 'messages')) {
    readCalls(tape, turn.node, notes, callers)
    const content = { node: memberOf(tape, turn.node, 'content'), path: `${turn.path}.content` }
    const kind = kindOfTurn(tape, turn)
    const use = {
      kind,
      tool: kind === 'tool-result' ? toolOf(tape, turn.node, callers) : undefined,
      callId: kind === 'tool-result' ? memberText(tape, turn.node, 'tool_call_id') : undefined,
      isOpening: turn.isOpening && (turn.isFirstUser || isSystem(turn)),
    }
    for (const text of textsOf(tape, content, TEXT_PARTS)) notes.text(text, use)
  }
}

function kindOfTurn(tape: JsonTape, turn: Turn): Block['kind'] | undefined {
  if (turn.role !== 'tool' && turn.role !== 'function') return observationKind(turn)
  return isMarkedError(tape, turn.node) ? undefined : 'tool-result'
}

/** `name` (OpenAI's function role, many clients), `tool_name` (Ollama), or the call that has this id. */
function toolOf(tape: JsonTape, message: number, callers: ReadonlyMap<string, string>): string | undefined {
  const named = memberText(tape, message, 'name') ?? memberText(tape, message, 'tool_name')
  return named ?? callers.get(memberText(tape, message, 'tool_call_id') ?? '')
}

function readCalls(tape: JsonTape, message: number, notes: Notes, callers: Map<string, string>): void {
  for (const call of elementsOf(tape, memberOf(tape, message, 'tool_calls'))) {
    // OpenAI's custom tools have `custom: { name, input }` where function tools have `function: { name, arguments }`.
    const custom = memberOf(tape, call, 'custom')
    const called = memberOf(tape, call, 'function')
    notes.call(memberOf(tape, called, 'name'))
    notes.call(memberOf(tape, called, 'arguments'))
    notes.call(memberOf(tape, custom, 'name'))
    notes.call(memberOf(tape, custom, 'input'))
    const id = memberText(tape, call, 'id')
    const name = memberText(tape, called, 'name') ?? memberText(tape, custom, 'name')
    if (id !== undefined && name !== undefined) callers.set(id, name)
  }
  const legacy = memberOf(tape, message, 'function_call')
  notes.call(memberOf(tape, legacy, 'name'))
  notes.call(memberOf(tape, legacy, 'arguments'))
}

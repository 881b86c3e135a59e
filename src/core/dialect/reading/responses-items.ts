/** The items of an OpenAI Responses input: messages, calls, outputs, reasoning, and items that stay as they are. */

import { childrenOf, type JsonTape, kindOf, memberOf, NONE } from '../../json/index.ts'
import type { Pace, Steps } from '../../steps.ts'
import { type Calls, callerOf } from './calls.ts'
import { type Item, isBoundItem, isClientOutput, isCompaction, isModelItem, isReference, itemOf } from './items.ts'
import { readLeft } from './left.ts'
import { hasMember, isMarkedError, memberText } from './members.ts'
import { nestedTexts } from './nested-texts.ts'
import { type Notes, partsOf, type TextUse, useOfResult } from './notes.ts'
import { isSystem, observationKind, type Turn } from './turns.ts'

export const TEXT_PARTS = ['input_text', 'output_text', 'text']

/** Outputs of the client's own tools that are text as a whole, or a list of parts. */
const TEXT_OUTPUTS = new Set(['function_call_output', 'custom_tool_call_output'])

/** Calls of the client's tools: all that the model wrote is in the members of a call. */
const CLIENT_CALLS = new Set([
  'function_call',
  'custom_tool_call',
  'shell_call',
  'local_shell_call',
  'apply_patch_call',
])

interface Walk extends Item {
  readonly turn: Turn
  readonly calls: Calls
  readonly pace: Pace
}

/** Notes what an item holds; one after the other, since each is judged by those before it. */
export function* readItem(
  tape: JsonTape,
  { turn, calls, pace }: Pick<Walk, 'turn' | 'calls' | 'pace'>,
  notes: Notes,
): Steps<void> {
  const item = { ...itemOf(tape, turn), turn, calls, pace }
  const { node, type } = item
  if (isModelItem(tape, item) || isReference(tape, item)) notes.assistant(node)
  if (isCompaction(item)) notes.compaction(node)
  if (isBoundItem(tape, item)) notes.reasoning({ node, path: turn.path })
  else if (type === 'message' || (type === undefined && !hasMember(tape, node, 'type')))
    yield* readMessage(tape, item, notes)
  else if (isClientOutput(tape, item)) yield* readOutput(tape, item, notes)
  else readOther(tape, item, notes)
}

function* readMessage(tape: JsonTape, { turn, pace }: Walk, notes: Notes): Steps<void> {
  const isOpening = turn.isOpening && (turn.isFirstUser || isSystem(turn))
  yield* readContent(tape, { turn, pace, member: 'content', use: { kind: observationKind(turn), isOpening } }, notes)
}

interface Content {
  readonly turn: Turn
  readonly pace: Pace
  readonly member: string
  readonly use: TextUse
}

function* readContent(tape: JsonTape, { turn, pace, member, use }: Content, notes: Notes): Steps<void> {
  const content = { node: memberOf(tape, turn.node, member), path: `${turn.path}.${member}` }
  for (const part of partsOf(tape, content, TEXT_PARTS)) {
    if (part.isText) notes.text(part, use)
    else readLeft(tape, part, notes)
    if (pace.isOver) yield
  }
}

function* readOutput(tape: JsonTape, item: Walk, notes: Notes): Steps<void> {
  const { node, turn, pace, type = '' } = item
  if (type === 'tool_search_output') readDefinitions(tape, item, notes)
  const use = useOf(tape, item)
  if (use === undefined) return
  if (TEXT_OUTPUTS.has(type)) yield* readContent(tape, { turn, pace, member: 'output', use }, notes)
  else if (type === 'shell_call_output') readShell(tape, { turn, use }, notes)
  else if (type === 'local_shell_call_output') readLocalShell(tape, { turn, use }, notes)
  else readLeft(tape, { node, type }, notes)
}

/** The call may be in an earlier, stored response, and may be of a tool whose results must not be changed. */
function useOf(tape: JsonTape, { node, type, calls }: Walk): TextUse | undefined {
  const named = memberText(tape, node, 'call_id')
  // The output of a local shell names its call by `id` where it has no `call_id`.
  const callId = named ?? (type === 'local_shell_call_output' ? memberText(tape, node, 'id') : undefined)
  const called = calls.byId(node, callId, memberText(tape, node, 'name'))
  return useOfResult(called, callId, called.tool !== undefined && !isMarkedError(tape, node))
}

/** What each command wrote to its two streams. */
function readShell(tape: JsonTape, { turn, use }: { turn: Turn; use: TextUse }, notes: Notes): void {
  let index = 0
  for (const chunk of childrenOf(tape, memberOf(tape, turn.node, 'output'))) {
    const path = `${turn.path}.output[${index++}]`
    for (const name of ['stdout', 'stderr']) {
      const node = memberOf(tape, chunk, name)
      if (kindOf(tape, node) === 'string') notes.text({ node, path: `${path}.${name}` }, use)
    }
  }
}

/** Its output is JSON as text, in which the client's own members hold what the command wrote. */
function readLocalShell(tape: JsonTape, { turn, use }: { turn: Turn; use: TextUse }, notes: Notes): void {
  const node = memberOf(tape, turn.node, 'output')
  if (kindOf(tape, node) !== 'string') return
  notes.nested(node, nestedTexts(tape, { node, path: `${turn.path}.output` }, SHELL_TEXTS), use)
}

const SHELL_TEXTS = ['stdout', 'stderr', 'output']

/** A call, or a call and its output in one item, of a tool at the provider. */
function readOther(tape: JsonTape, item: Walk, notes: Notes): void {
  const { node, type = '' } = item
  readCall(tape, item, notes)
  if (CLIENT_CALLS.has(type)) return
  readDefinitions(tape, item, notes)
  if (callerOf(tape, node) !== 'program') readLeft(tape, { node, type }, notes)
}

/** Definitions that come in where they stand. */
function readDefinitions(tape: JsonTape, { node, calls }: Walk, notes: Notes): void {
  const definitions = memberOf(tape, node, 'tools')
  calls.tools.add(definitions)
  notes.schema(definitions, { isHead: false })
}

/** Members with what the model wrote. */
const CALL_MEMBERS = ['name', 'operation', 'action', 'arguments', 'input']

function readCall(tape: JsonTape, item: Walk, notes: Notes): void {
  const { node, calls } = item
  let args = NONE
  for (const member of CALL_MEMBERS) {
    const value = memberOf(tape, node, member)
    notes.call(value)
    if (member !== 'name' && value !== NONE) args = value
  }
  calls.add(memberText(tape, node, 'call_id'), {
    tool: memberText(tape, node, 'name') ?? shellOf(tape, item),
    node: args,
    caller: callerOf(tape, node),
  })
}

/** A shell's call has no name. In a container the provider runs the commands, and the outputs are its own. */
function shellOf(tape: JsonTape, { node, type }: Item): string | undefined {
  if (type === 'local_shell_call') return 'local_shell'
  if (type !== 'shell_call') return undefined
  const place = memberText(tape, memberOf(tape, node, 'environment'), 'type') ?? 'local'
  return place === 'local' ? 'shell' : undefined
}

/** The items of an OpenAI Responses input: messages, calls, outputs, reasoning, and items that stay as they are. */

import { childrenOf, type JsonTape, kindOf, memberOf, NONE } from '../../json/index.ts'
import { type Calls, callerOf } from './calls.ts'
import { isBoundItem, isClientOutput, isCompaction, isModelItem, isReference } from './items.ts'
import { readLeft } from './left.ts'
import { hasMember, isMarkedError, memberText } from './members.ts'
import { nestedTexts } from './nested-texts.ts'
import { type Notes, othersOf, type TextUse, textsOf, useOfResult } from './notes.ts'
import { isSystem, observationKind, type Turn } from './turns.ts'

export const TEXT_PARTS = ['input_text', 'output_text', 'text']

/** Outputs of the client's own tools that are text as a whole, or a list of parts. */
const TEXT_OUTPUTS = new Set(['function_call_output', 'custom_tool_call_output'])

/** Notes what an item holds; one after the other, since each is judged by those before it. */
export function readItem(tape: JsonTape, { turn, calls }: { turn: Turn; calls: Calls }, notes: Notes): void {
  const { node, path } = turn
  if (isModelItem(tape, node) || isReference(tape, node)) notes.assistant(node)
  if (isCompaction(tape, node)) notes.compaction(node)
  const type = memberText(tape, node, 'type')
  if (isBoundItem(tape, node)) notes.reasoning({ node, path })
  else if (type === 'message' || !hasMember(tape, node, 'type')) readMessage(tape, turn, notes)
  else if (isClientOutput(tape, node)) readOutput(tape, { turn, calls }, notes)
  else readOther(tape, { turn, calls }, notes)
}

function readMessage(tape: JsonTape, turn: Turn, notes: Notes): void {
  const isOpening = turn.isOpening && (turn.isFirstUser || isSystem(turn))
  readContent(tape, { turn, member: 'content', use: { kind: observationKind(turn), isOpening } }, notes)
}

interface Content {
  readonly turn: Turn
  readonly member: string
  readonly use: TextUse
}

function readContent(tape: JsonTape, { turn, member, use }: Content, notes: Notes): void {
  const content = { node: memberOf(tape, turn.node, member), path: `${turn.path}.${member}` }
  for (const found of textsOf(tape, content, TEXT_PARTS)) notes.text(found, use)
  for (const { node } of othersOf(tape, content, TEXT_PARTS)) readLeft(tape, node, notes)
}

function readOutput(tape: JsonTape, { turn, calls }: { turn: Turn; calls: Calls }, notes: Notes): void {
  const type = memberText(tape, turn.node, 'type') ?? ''
  readDefinitions(tape, turn.node, calls, notes)
  const use = useOf(tape, turn.node, calls)
  if (use === undefined) return
  if (TEXT_OUTPUTS.has(type)) readContent(tape, { turn, member: 'output', use }, notes)
  else if (type === 'shell_call_output') readShell(tape, { turn, use }, notes)
  else if (type === 'local_shell_call_output') readLocalShell(tape, { turn, use }, notes)
  else readLeft(tape, turn.node, notes)
}

/** The call may be in an earlier, stored response, and may be of a tool whose results must not be changed. */
function useOf(tape: JsonTape, item: number, calls: Calls): TextUse | undefined {
  const callId = callIdOf(tape, item)
  const called = calls.byId(item, callId, memberText(tape, item, 'name'))
  return useOfResult(called, callId, called.tool !== undefined && !isMarkedError(tape, item))
}

/** The output of a local shell names its call by `id` where it has no `call_id`. */
function callIdOf(tape: JsonTape, item: number): string | undefined {
  const callId = memberText(tape, item, 'call_id')
  if (callId !== undefined || memberText(tape, item, 'type') !== 'local_shell_call_output') return callId
  return memberText(tape, item, 'id')
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
function readOther(tape: JsonTape, { turn, calls }: { turn: Turn; calls: Calls }, notes: Notes): void {
  const { node } = turn
  readDefinitions(tape, node, calls, notes)
  readCall(tape, node, calls, notes)
  if (callerOf(tape, node) !== 'program') readLeft(tape, node, notes)
}

/** Definitions that come in where they stand. */
function readDefinitions(tape: JsonTape, item: number, calls: Calls, notes: Notes): void {
  const definitions = memberOf(tape, item, 'tools')
  calls.tools.add(definitions)
  notes.schema(definitions, { isHead: false })
}

/** Members with what the model wrote. */
const CALL_MEMBERS = ['name', 'arguments', 'input', 'action', 'operation']

function readCall(tape: JsonTape, item: number, calls: Calls, notes: Notes): void {
  for (const member of CALL_MEMBERS) notes.call(memberOf(tape, item, member))
  const node = ['input', 'arguments', 'action']
    .map((name) => memberOf(tape, item, name))
    .find((found) => found !== NONE)
  calls.add(memberText(tape, item, 'call_id'), {
    tool: memberText(tape, item, 'name') ?? shellOf(tape, item),
    node: node ?? NONE,
    caller: callerOf(tape, item),
  })
}

/** A shell's call has no name. In a container the provider runs the commands, and the outputs are its own. */
function shellOf(tape: JsonTape, item: number): string | undefined {
  const type = memberText(tape, item, 'type')
  if (type === 'local_shell_call') return 'local_shell'
  if (type !== 'shell_call') return undefined
  const place = memberText(tape, memberOf(tape, item, 'environment'), 'type') ?? 'local'
  return place === 'local' ? 'shell' : undefined
}

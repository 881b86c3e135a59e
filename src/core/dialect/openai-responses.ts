/** OpenAI Responses (`POST /v1/responses`): a list of items: messages, calls and their outputs. */

import { type JsonKind, type JsonTape, kindOf, memberOf, NONE } from '../json/index.ts'
import type { Dialect, RequestFacts } from './dialect.ts'
import { responsesPrefix } from './prefix/openai-responses.ts'
import { Calls } from './reading/calls.ts'
import { isBoundItem, isCompaction, isModelItem, isReference } from './reading/items.ts'
import { hasMember, isMarkedError, memberText } from './reading/members.ts'
import { createNotes, type Notes, type TextUse, textsOf } from './reading/notes.ts'
import { requestFacts } from './reading/request-facts.ts'
import { isSystem, observationKind, type Turn, turnsOf } from './reading/turns.ts'
import { responsesReply, responsesStreamReader } from './reply/openai-responses.ts'

export const openaiResponses: Dialect = {
  name: 'openai-responses',
  provider: 'openai',
  operation: 'chat',
  stream: 'sse',
  openaiApiType: 'responses',
  streamUsage: 'always',
  path: '/v1/responses',
  likeness: (tape) => (isInput(kindOf(tape, memberOf(tape, 0, 'input'))) ? 'own' : 'none'),
  read,
  prefix: responsesPrefix,
  reply: responsesReply,
  streamReader: responsesStreamReader,
  // Clients require a sequence number; the upstream's last one is not known here.
  errorEvent: ({ code, message }) =>
    `event: error\ndata: ${JSON.stringify({ type: 'error', code, message, param: null, sequence_number: 0 })}\n\n`,
}

function isInput(kind: JsonKind | undefined): boolean {
  return kind === 'string' || kind === 'array'
}

const PARAMETERS = { maxTokens: ['max_output_tokens'], temperature: ['temperature'], topP: ['top_p'] }

const TEXT_PARTS = ['input_text', 'output_text', 'text']

/** Outputs of the client's own tools. Those of tools at the provider (`mcp_call`, ...) are not changed. */
const OUTPUT_ITEMS = new Set(['function_call_output', 'custom_tool_call_output'])

function read(tape: JsonTape): RequestFacts | undefined {
  const input = memberOf(tape, 0, 'input')
  const kind = kindOf(tape, input)
  if (!isInput(kind)) return undefined
  const notes = createNotes(tape)
  const instructions = { node: memberOf(tape, 0, 'instructions'), path: 'instructions' }
  for (const found of textsOf(tape, instructions, TEXT_PARTS)) notes.text(found, { isOpening: true, isHead: true })
  // A plain string is the first user message.
  if (kind === 'string') notes.text({ node: input, path: 'input' }, { isOpening: true })
  const calls = new Calls()
  for (const turn of turnsOf(tape, input, 'input')) {
    noteMaker(tape, turn, notes)
    readItem(tape, turn, notes, calls)
  }
  notes.tools(memberOf(tape, 0, 'tools'))
  return requestFacts(tape, { notes, parameters: PARAMETERS })
}

function noteMaker(tape: JsonTape, { node, path }: Turn, notes: Notes): void {
  if (isModelItem(tape, node) || isReference(tape, node)) notes.assistant(node)
  if (isBoundItem(tape, node)) notes.reasoning({ node, path })
  if (isCompaction(tape, node)) notes.compaction(node)
}

function readItem(tape: JsonTape, turn: Turn, notes: Notes, calls: Calls): void {
  const note = (member: string, use: TextUse): void => {
    const content = { node: memberOf(tape, turn.node, member), path: `${turn.path}.${member}` }
    for (const found of textsOf(tape, content, TEXT_PARTS)) notes.text(found, use)
  }
  const type = memberText(tape, turn.node, 'type')
  if (type === 'message' || !hasMember(tape, turn.node, 'type')) {
    const isOpening = turn.isOpening && (turn.isFirstUser || isSystem(turn))
    note('content', { kind: observationKind(turn), isOpening })
  } else if (type !== undefined && OUTPUT_ITEMS.has(type)) {
    note('output', resultOf(tape, turn.node, calls))
  } else {
    // A call, or a call and its output in one item, of a tool at the provider.
    note('output', {})
    readCall(tape, turn.node, notes, calls)
  }
}

/** The call may be in an earlier, stored response, and may be of a tool whose results must not be changed. */
function resultOf(tape: JsonTape, item: number, calls: Calls): TextUse {
  const callId = memberText(tape, item, 'call_id')
  const call = callId === undefined ? undefined : calls.of(callId)
  const tool = memberText(tape, item, 'name') ?? call?.tool
  if (tool === undefined || isMarkedError(tape, item)) return {}
  return { kind: 'tool-result', tool, callId, callNode: call?.node }
}

function readCall(tape: JsonTape, item: number, notes: Notes, calls: Calls): void {
  for (const member of ['name', 'arguments', 'input']) notes.call(memberOf(tape, item, member))
  const input = memberOf(tape, item, 'input')
  calls.add(memberText(tape, item, 'call_id'), {
    tool: memberText(tape, item, 'name'),
    node: input === NONE ? memberOf(tape, item, 'arguments') : input,
  })
}

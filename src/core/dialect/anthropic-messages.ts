/** Anthropic messages (`POST /v1/messages`): content blocks, which include tool results. */

import { isString, type JsonTape, kindOf, memberOf } from '../json/index.ts'
import type { Dialect, Likeness, RequestFacts } from './dialect.ts'
import { errorReply } from './error-envelope.ts'
import { anthropicPrefix } from './prefix/anthropic-messages.ts'
import { Calls } from './reading/calls.ts'
import { elementsOf, hasAnyMember, isMarkedError, memberText } from './reading/members.ts'
import { createNotes, type Notes, type Text, type TextUse, textsOf } from './reading/notes.ts'
import { requestFacts } from './reading/request-facts.ts'
import { isSystem, observationKind, type Turn, turnsOf } from './reading/turns.ts'
import { anthropicReply, anthropicStreamReader } from './reply/anthropic-messages.ts'

export const anthropicMessages: Dialect = {
  name: 'anthropic-messages',
  provider: 'anthropic',
  operation: 'chat',
  stream: 'sse',
  openaiApiType: undefined,
  streamUsage: 'always',
  path: '/v1/messages',
  likeness,
  read,
  prefix: anthropicPrefix,
  reply: anthropicReply,
  streamReader: anthropicStreamReader,
  errorEvent: (problem) => `event: error\ndata: ${errorReply('anthropic', problem)}\n\n`,
}

const OWN_MEMBERS = [
  'system',
  'anthropic_version',
  'stop_sequences',
  'thinking',
  'output_config',
  'mcp_servers',
  'container',
]
const OWN_PARTS = new Set(['tool_use', 'tool_result', 'thinking', 'image', 'document', 'container_upload'])

/** A member, tool shape or content part that only Anthropic has: tools have `name` and `input_schema` at the top. */
function likeness(tape: JsonTape): Likeness {
  const messages = memberOf(tape, 0, 'messages')
  if (kindOf(tape, messages) !== 'array') return 'none'
  if (hasAnyMember(tape, 0, OWN_MEMBERS)) return 'own'
  for (const tool of elementsOf(tape, memberOf(tape, 0, 'tools'))) {
    if (hasAnyMember(tape, tool, ['input_schema', 'name'])) return 'own'
  }
  for (const message of elementsOf(tape, messages)) {
    for (const part of elementsOf(tape, memberOf(tape, message, 'content'))) {
      if (OWN_PARTS.has(memberText(tape, part, 'type') ?? '')) return 'own'
    }
  }
  return 'none'
}

const PARAMETERS = {
  maxTokens: ['max_tokens'],
  temperature: ['temperature'],
  topP: ['top_p'],
  topK: ['top_k'],
  stopSequences: ['stop_sequences'],
}

const TEXT_PARTS = ['text']

/** Parts that the provider may have bound to everything before them. */
const BOUND_PARTS = new Set(['thinking', 'redacted_thinking', 'compaction'])

/** Calls of the client's tools and of tools at the provider: all are billed, none is changed. */
const CALL_PARTS = new Set(['tool_use', 'server_tool_use', 'mcp_tool_use'])

function read(tape: JsonTape): RequestFacts | undefined {
  const messages = memberOf(tape, 0, 'messages')
  if (kindOf(tape, messages) !== 'array') return undefined
  const notes = createNotes(tape)
  const system = { node: memberOf(tape, 0, 'system'), path: 'system' }
  for (const found of textsOf(tape, system, TEXT_PARTS)) notes.text(found, { isOpening: true, isHead: true })
  const calls = new Calls()
  for (const turn of turnsOf(tape, messages, 'messages')) {
    const content = { node: memberOf(tape, turn.node, 'content'), path: `${turn.path}.content` }
    const use = {
      kind: observationKind(turn),
      isOpening: turn.isOpening && (turn.isFirstUser || isSystem(turn)),
    }
    for (const found of textsOf(tape, content, TEXT_PARTS)) notes.text(found, use)
    if (turn.role === 'assistant') notes.assistant(turn.node)
    readParts(tape, { turn, content, calls }, notes)
  }
  notes.tools(memberOf(tape, 0, 'tools'))
  return requestFacts(tape, { notes, parameters: PARAMETERS })
}

interface Walk {
  readonly turn: Turn
  readonly content: Text
  readonly calls: Calls
}

/** The parts that are not text themselves: calls, results, reasoning, and other parts with text inside. */
function readParts(tape: JsonTape, { turn, content, calls }: Walk, notes: Notes): void {
  let index = 0
  for (const node of elementsOf(tape, content.node)) {
    const part = { node, path: `${content.path}[${index++}]`, type: memberText(tape, node, 'type') ?? '' }
    if (BOUND_PARTS.has(part.type)) notes.reasoning({ node, path: part.path })
    if (part.type === 'compaction') notes.compaction(node)
    if (CALL_PARTS.has(part.type)) readCall(tape, node, calls, notes)
    const inner = { node: memberOf(tape, node, 'content'), path: `${part.path}.content` }
    const use = resultOf(tape, part, { turn, calls })
    for (const found of textsOf(tape, inner, TEXT_PARTS)) notes.text(found, use)
    readDocument(tape, node, notes)
  }
}

interface Part {
  readonly node: number
  readonly path: string
  readonly type: string
}

function resultOf(tape: JsonTape, { node, type }: Part, { turn, calls }: Pick<Walk, 'turn' | 'calls'>): TextUse {
  const isResult = type === 'tool_result' && turn.role === 'user' && !turn.isFirstUser && !isMarkedError(tape, node)
  if (!isResult) return {}
  const callId = memberText(tape, node, 'tool_use_id')
  const call = callId === undefined ? undefined : calls.of(callId)
  return { kind: 'tool-result', tool: call?.tool, callId, callNode: call?.node }
}

function readCall(tape: JsonTape, part: number, calls: Calls, notes: Notes): void {
  notes.call(memberOf(tape, part, 'name'))
  notes.call(memberOf(tape, part, 'input'))
  calls.add(memberText(tape, part, 'id'), {
    tool: memberText(tape, part, 'name'),
    node: memberOf(tape, part, 'input'),
  })
}

/** A document's plain text is billed as text, and not changed: citations count its characters. */
function readDocument(tape: JsonTape, part: number, notes: Notes): void {
  const source = memberOf(tape, part, 'source')
  const data = memberOf(tape, source, 'data')
  if (!isString(tape, memberOf(tape, source, 'type'), 'text') || kindOf(tape, data) !== 'string') return
  notes.text({ node: data, path: '' }, {})
}

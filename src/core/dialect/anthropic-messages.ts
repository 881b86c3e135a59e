/** Anthropic messages (`POST /v1/messages`): content blocks, which include tool results. */

import { isString, type JsonTape, kindOf, memberOf } from '../json/index.ts'
import type { Dialect, Likeness, ReplyFacts, RequestFacts, StreamReader, Usage } from './dialect.ts'
import { errorReply } from './error-envelope.ts'
import { anthropicPrefix } from './prefix/anthropic-messages.ts'
import { Calls } from './reading/calls.ts'
import { elementsOf, hasAnyMember, isMarkedError, memberText } from './reading/members.ts'
import { createNotes, type Notes, type Text, textsOf } from './reading/notes.ts'
import { count, errorType, type Fields, fields, known, knownUsage, text } from './reading/reply-fields.ts'
import { requestFacts } from './reading/request-facts.ts'
import { createStreamReader } from './reading/stream-reader.ts'
import { isSystem, observationKind, type Turn, turnsOf } from './reading/turns.ts'

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
  reply: (reply) => factsOf(fields(reply), fields(fields(reply)['usage'])),
  streamReader,
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
  tier: ['service_tier'],
  speed: ['speed'],
  place: ['inference_geo'],
}

const TEXT_PARTS = ['text']

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

/** The parts that are not text themselves: calls, results, and other parts with text inside. */
function readParts(tape: JsonTape, { turn, content, calls }: Walk, notes: Notes): void {
  let index = 0
  for (const part of elementsOf(tape, content.node)) {
    const type = memberText(tape, part, 'type') ?? ''
    const path = `${content.path}[${index}].content`
    index++
    if (CALL_PARTS.has(type)) readCall(tape, part, calls, notes)
    const inner = { node: memberOf(tape, part, 'content'), path }
    const isResult = type === 'tool_result' && turn.role === 'user' && !turn.isFirstUser && !isMarkedError(tape, part)
    const callId = memberText(tape, part, 'tool_use_id')
    const call = callId === undefined ? undefined : calls.of(callId)
    for (const found of textsOf(tape, inner, TEXT_PARTS)) {
      notes.text(found, isResult ? { kind: 'tool-result', tool: call?.tool, callId, callNode: call?.node } : {})
    }
    readDocument(tape, part, notes)
  }
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

/**
 * Usage of the input is in `message_start`, of the output in `message_delta`, cumulative; newer APIs repeat all of it
 * there.
 */
function streamReader(): StreamReader {
  const usage: Record<string, unknown> = {}
  return createStreamReader({
    matters: /"type"\s*:\s*"(?:message_start|message_delta|message_stop|error)"/,
    read(event) {
      const message = fields(event['message'])
      for (const source of [message['usage'], event['usage']]) {
        for (const [name, value] of Object.entries(fields(source))) if (value !== null) usage[name] = value
      }
      const { stop_reason } = fields(event['delta'])
      return factsOf({ stop_reason, ...message, error: event['error'] }, usage)
    },
    isEnd: ({ type }) => type === 'message_stop',
  })
}

function factsOf(message: Fields, usage: Fields): ReplyFacts {
  const reason = text(message['stop_reason'])
  return known<ReplyFacts>({
    usage: usageOf(usage),
    model: text(message['model']),
    id: text(message['id']),
    finishReasons: reason === undefined ? undefined : [reason],
    error: errorType(message['error']),
  })
}

/** Anthropic counts cached tokens beside `input_tokens`; OpenTelemetry's input includes them. */
function usageOf(usage: Fields): Usage | undefined {
  const input = count(usage['input_tokens'])
  const cacheRead = count(usage['cache_read_input_tokens'])
  const cacheCreation = count(usage['cache_creation_input_tokens'])
  return knownUsage({
    input: input === undefined ? undefined : input + (cacheRead ?? 0) + (cacheCreation ?? 0),
    output: count(usage['output_tokens']),
    cacheRead,
    cacheCreation,
    cacheCreation1h: count(fields(usage['cache_creation'])['ephemeral_1h_input_tokens']),
    reasoning: count(fields(usage['output_tokens_details'])['thinking_tokens']),
  })
}

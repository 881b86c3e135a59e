/** OpenAI Responses (`POST /v1/responses`): a list of items: messages, calls and their outputs. */

import { type JsonKind, type JsonTape, kindOf, memberOf, NONE } from '../json/index.ts'
import type { Dialect, ReplyFacts, RequestFacts, StreamReader, Usage } from './dialect.ts'
import { responsesPrefix } from './prefix/openai-responses.ts'
import { Calls } from './reading/calls.ts'
import { hasMember, isMarkedError, memberText } from './reading/members.ts'
import { createNotes, type Notes, type TextUse, textsOf } from './reading/notes.ts'
import { count, errorType, type Fields, fields, known, knownUsage, text } from './reading/reply-fields.ts'
import { requestFacts } from './reading/request-facts.ts'
import { createStreamReader } from './reading/stream-reader.ts'
import { isSystem, observationKind, type Turn, turnsOf } from './reading/turns.ts'

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
  reply: (reply) => factsOf(fields(reply)),
  streamReader,
  // Clients require a sequence number; the upstream's last one is not known here.
  errorEvent: ({ code, message }) =>
    `event: error\ndata: ${JSON.stringify({ type: 'error', code, message, param: null, sequence_number: 0 })}\n\n`,
}

function isInput(kind: JsonKind | undefined): boolean {
  return kind === 'string' || kind === 'array'
}

const PARAMETERS = {
  maxTokens: ['max_output_tokens'],
  temperature: ['temperature'],
  topP: ['top_p'],
  tier: ['service_tier'],
  window: ['background_options.completion_window'],
}

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
  for (const turn of turnsOf(tape, input, 'input')) readItem(tape, turn, notes, calls)
  notes.tools(memberOf(tape, 0, 'tools'))
  return requestFacts(tape, { notes, parameters: PARAMETERS })
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

/** The last event carries the whole response. The first one carries its id and model, for streams that break. */
function streamReader(): StreamReader {
  return createStreamReader({
    matters: /"type"\s*:\s*"(?:response\.(?:created|completed|failed|incomplete)|error)"|^\{\s*"error"/,
    read(event) {
      const facts = factsOf(fields(event['response']))
      const type = event['type']
      if (type === 'response.created') return known<ReplyFacts>({ id: facts.id, model: facts.model })
      if (type !== 'error' && event['error'] === undefined) return facts
      return known<ReplyFacts>({ error: errorType(event['error']) ?? errorType({ code: event['code'] }) })
    },
    isEnd: ({ type }) => type === 'response.completed' || type === 'response.failed' || type === 'response.incomplete',
  })
}

function factsOf(response: Fields): ReplyFacts {
  // `completed`, or the reason why not (`max_output_tokens`, `content_filter`).
  const reason = text(fields(response['incomplete_details'])['reason']) ?? text(response['status'])
  return known<ReplyFacts>({
    usage: usageOf(fields(response['usage'])),
    model: text(response['model']),
    id: text(response['id']),
    finishReasons: reason === undefined ? undefined : [reason],
    error: errorType(response['error']),
  })
}

function usageOf(usage: Fields): Usage | undefined {
  const input = fields(usage['input_tokens_details'])
  const output = fields(usage['output_tokens_details'])
  return knownUsage({
    input: count(usage['input_tokens']),
    output: count(usage['output_tokens']),
    cacheRead: count(input['cached_tokens']),
    cacheCreation: count(input['cache_write_tokens']),
    reasoning: count(output['reasoning_tokens']),
  })
}

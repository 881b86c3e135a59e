/** OpenAI Responses (`POST /v1/responses`): a list of items: messages, calls and their outputs. */

import { type JsonKind, type JsonTape, kindOf, memberOf, nextOf } from '../json/index.ts'
import { Pace, type Steps } from '../steps.ts'
import type { Dialect, RequestFacts } from './dialect.ts'
import type { KnownCalls } from './known-calls.ts'
import { responsesPrefix } from './prefix/openai-responses.ts'
import type { Marking } from './reading/bookmark.ts'
import { createNotes, textsOf } from './reading/notes.ts'
import { parameterReader } from './reading/parameters.ts'
import { requestFacts } from './reading/request-facts.ts'
import { readItem, TEXT_PARTS } from './reading/responses-items.ts'
import { Walk } from './reading/walk.ts'
import { responsesReply, responsesStreamReader } from './reply/openai-responses.ts'

export const openaiResponses: Dialect = {
  name: 'openai-responses',
  provider: 'openai',
  operation: 'chat',
  stream: 'sse',
  openaiApiType: 'responses',
  streamUsage: 'always',
  path: '/v1/responses',
  doors: { '/v1/responses/input_tokens': 'count', '/v1/responses/compact': 'compact' },
  keepsHistory: true,
  likeness: (tape) => (isInput(kindOf(tape, memberOf(tape, 0, 'input'))) ? 'own' : 'none'),
  read,
  prefix: responsesPrefix,
  reply: responsesReply,
  streamReader: responsesStreamReader,
  // Clients require a sequence number; the upstream's last one is not known here.
  errorEvent: ({ code, message }) =>
    `event: error\ndata: ${JSON.stringify({ type: 'error', code, message, param: null, sequence_number: 0 })}\n\n`,
  ping: ': ping\n\n',
}

function isInput(kind: JsonKind | undefined): boolean {
  return kind === 'string' || kind === 'array'
}

const PARAMETERS = parameterReader({
  maxTokens: ['max_output_tokens'],
  temperature: ['temperature'],
  topP: ['top_p'],
  tier: ['service_tier'],
  window: ['background_options.completion_window'],
})

function* read(tape: JsonTape, known?: KnownCalls, marking?: Marking): Steps<RequestFacts | undefined> {
  const input = memberOf(tape, 0, 'input')
  const kind = kindOf(tape, input)
  if (!isInput(kind)) return undefined
  const notes = createNotes(tape)
  const instructions = { node: memberOf(tape, 0, 'instructions'), path: 'instructions' }
  for (const found of textsOf(tape, instructions, TEXT_PARTS)) notes.text(found, { isOpening: true, isHead: true })
  // A plain string is the first user message.
  if (kind === 'string') notes.text({ node: input, path: 'input' }, { isOpening: true })
  const walk = new Walk(tape, input, 'input', { notes, known, marking })
  const { calls, end } = walk
  const pace = new Pace()
  for (let node = walk.first; node < end; node = nextOf(tape, node)) {
    yield* readItem(tape, { turn: walk.next(node), calls, pace }, notes)
    if (pace.isOver) yield
  }
  walk.close()
  notes.tools(memberOf(tape, 0, 'tools'))
  return requestFacts(tape, { notes, parameters: PARAMETERS })
}

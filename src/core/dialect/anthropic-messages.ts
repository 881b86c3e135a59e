/** Anthropic messages (`POST /v1/messages`): content blocks, which include tool results. */

import { type JsonTape, kindOf, memberOf, nextOf } from '../json/index.ts'
import { Pace, type Steps } from '../steps.ts'
import type { Dialect, Likeness, RequestFacts } from './dialect.ts'
import { errorReply } from './error-envelope.ts'
import type { KnownCalls } from './known-calls.ts'
import { anthropicPrefix } from './prefix/anthropic-messages.ts'
import { readAnthropicTurn } from './reading/anthropic-parts.ts'
import type { Marking } from './reading/bookmark.ts'
import { threadOf } from './reading/context.ts'
import { elementsOf, hasAnyMember, memberText } from './reading/members.ts'
import { createNotes, textsOf } from './reading/notes.ts'
import { parameterReader } from './reading/parameters.ts'
import { requestFacts } from './reading/request-facts.ts'
import { Walk } from './reading/walk.ts'
import { anthropicReply, anthropicStreamReader } from './reply/anthropic-messages.ts'

export const anthropicMessages: Dialect = {
  name: 'anthropic-messages',
  provider: 'anthropic',
  operation: 'chat',
  stream: 'sse',
  openaiApiType: undefined,
  streamUsage: 'always',
  path: '/v1/messages',
  doors: { '/v1/messages/count_tokens': 'count', '/v1/messages/batches': 'batch' },
  keepsHistory: true,
  likeness,
  read,
  prefix: anthropicPrefix,
  reply: anthropicReply,
  streamReader: anthropicStreamReader,
  errorEvent: (problem) => `event: error\ndata: ${errorReply('anthropic', problem)}\n\n`,
  ping: 'event: ping\ndata: {"type": "ping"}\n\n',
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

const PARAMETERS = parameterReader({
  maxTokens: ['max_tokens'],
  temperature: ['temperature'],
  topP: ['top_p'],
  topK: ['top_k'],
  stopSequences: ['stop_sequences'],
  tier: ['service_tier'],
  speed: ['speed'],
  place: ['inference_geo'],
})

const TEXT_PARTS = ['text']

function* read(tape: JsonTape, known?: KnownCalls, marking?: Marking): Steps<RequestFacts | undefined> {
  const messages = memberOf(tape, 0, 'messages')
  if (kindOf(tape, messages) !== 'array') return undefined
  const notes = createNotes(tape)
  const system = { node: memberOf(tape, 0, 'system'), path: 'system' }
  for (const found of textsOf(tape, system, TEXT_PARTS)) notes.text(found, { isOpening: true, isHead: true })
  const walk = new Walk(tape, messages, 'messages', { notes, known, marking })
  const { calls, end } = walk
  const isContinue = threadOf(tape)?.kind === 'continue'
  const pace = new Pace()
  for (let node = walk.first; node < end; node = nextOf(tape, node)) {
    yield* readAnthropicTurn(tape, { turn: walk.next(node), calls, isContinue, pace }, notes)
    if (pace.isOver) yield
  }
  walk.close()
  notes.tools(memberOf(tape, 0, 'tools'))
  return requestFacts(tape, { notes, parameters: PARAMETERS })
}

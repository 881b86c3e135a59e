/** OpenAI chat completions (`POST /v1/chat/completions`), and the compatible servers. */

import { type JsonTape, kindOf, memberOf } from '../json/index.ts'
import type { Steps } from '../steps.ts'
import type { Dialect, RequestFacts } from './dialect.ts'
import { errorReply } from './error-envelope.ts'
import type { KnownCalls } from './known-calls.ts'
import { chatPrefix } from './prefix/openai-chat.ts'
import type { Marking } from './reading/bookmark.ts'
import { readChatMessages } from './reading/chat-messages.ts'
import { createNotes } from './reading/notes.ts'
import { parameterReader } from './reading/parameters.ts'
import { requestFacts } from './reading/request-facts.ts'
import { chatReply, chatStreamReader } from './reply/openai-chat.ts'

export const openaiChat: Dialect = {
  name: 'openai-chat',
  provider: 'openai',
  operation: 'chat',
  stream: 'sse',
  openaiApiType: 'chat_completions',
  streamUsage: 'on-request',
  path: '/v1/chat/completions',
  doors: {},
  keepsHistory: false,
  // Plain text has the same form in several APIs, and this dialect reads it the same way.
  likeness: (tape) => (kindOf(tape, memberOf(tape, 0, 'messages')) === 'array' ? 'shared' : 'none'),
  read,
  prefix: chatPrefix,
  reply: chatReply,
  streamReader: chatStreamReader,
  errorEvent: (problem) => `data: ${errorReply('openai', problem)}\n\n`,
  ping: ': ping\n\n',
}

const PARAMETERS = parameterReader({
  maxTokens: ['max_completion_tokens', 'max_tokens'],
  temperature: ['temperature'],
  topP: ['top_p'],
  topK: ['top_k'],
  frequencyPenalty: ['frequency_penalty'],
  presencePenalty: ['presence_penalty'],
  seed: ['seed'],
  stopSequences: ['stop'],
  choiceCount: ['n'],
  tier: ['service_tier'],
})

function* read(tape: JsonTape, known?: KnownCalls, marking?: Marking): Steps<RequestFacts | undefined> {
  const messages = memberOf(tape, 0, 'messages')
  if (kindOf(tape, messages) !== 'array') return undefined
  const notes = createNotes(tape)
  yield* readChatMessages(tape, messages, { notes, known, marking })
  notes.tools(memberOf(tape, 0, 'tools'))
  notes.tools(memberOf(tape, 0, 'functions'))
  return requestFacts(tape, { notes, parameters: PARAMETERS })
}

/** OpenAI chat completions (`POST /v1/chat/completions`), and the compatible servers. */

import { type JsonTape, kindOf, memberOf } from '../json/index.ts'
import type { Dialect, ReplyFacts, RequestFacts, StreamReader, Usage } from './dialect.ts'
import { errorReply } from './error-envelope.ts'
import { chatPrefix } from './prefix/openai-chat.ts'
import { readChatMessages } from './reading/chat-messages.ts'
import { createNotes } from './reading/notes.ts'
import { count, errorType, type Fields, fields, known, knownUsage, list, text } from './reading/reply-fields.ts'
import { requestFacts } from './reading/request-facts.ts'
import { createStreamReader } from './reading/stream-reader.ts'

export const openaiChat: Dialect = {
  name: 'openai-chat',
  provider: 'openai',
  operation: 'chat',
  stream: 'sse',
  openaiApiType: 'chat_completions',
  streamUsage: 'on-request',
  path: '/v1/chat/completions',
  // Plain text has the same form in several APIs, and this dialect reads it the same way.
  likeness: (tape) => (kindOf(tape, memberOf(tape, 0, 'messages')) === 'array' ? 'shared' : 'none'),
  read,
  prefix: chatPrefix,
  reply: (reply) => {
    const body = fields(reply)
    return known<ReplyFacts>({ ...factsOf(body), finishReasons: reasonsOf(finishReasons(body)) })
  },
  streamReader,
  errorEvent: (problem) => `data: ${errorReply('openai', problem)}\n\n`,
}

const PARAMETERS = {
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
}

function read(tape: JsonTape): RequestFacts | undefined {
  const messages = memberOf(tape, 0, 'messages')
  if (kindOf(tape, messages) !== 'array') return undefined
  const notes = createNotes(tape)
  readChatMessages(tape, messages, notes)
  notes.tools(memberOf(tape, 0, 'tools'))
  notes.tools(memberOf(tape, 0, 'functions'))
  return requestFacts(tape, { notes, parameters: PARAMETERS })
}

/**
 * The largest `n` of a request. Without a limit, a stream with ever new indexes would cost the square of its length.
 */
const MAX_CHOICES = 128

/** Usage is in a last chunk with `choices: []`, or in every chunk; a finish reason comes once per choice. */
function streamReader(): StreamReader {
  const reasons = new Map<number, string>()
  const reader = createStreamReader({
    matters: /"usage"\s*:\s*\{|"finish_reason"\s*:\s*"[^"]|"error"\s*:/,
    read(chunk) {
      for (const [index, reason] of finishReasons(chunk)) {
        if (reasons.has(index) || reasons.size < MAX_CHOICES) reasons.set(index, reason)
      }
      return known<ReplyFacts>({ ...factsOf(chunk), finishReasons: reasonsOf(reasons) })
    },
    isEnd: () => false,
  })
  let isDone = false
  return {
    event(data) {
      if (data.startsWith('[DONE]')) isDone = true
      else reader.event(data)
    },
    facts: reader.facts,
    get isEnded() {
      return isDone || reader.isEnded
    },
  }
}

function factsOf(body: Fields): { [K in keyof ReplyFacts]: ReplyFacts[K] | undefined } {
  return {
    usage: usageOf(fields(body['usage'])),
    model: text(body['model']),
    id: text(body['id']),
    error: errorType(body['error']),
  }
}

function usageOf(usage: Fields): Usage | undefined {
  const input = fields(usage['prompt_tokens_details'])
  const output = fields(usage['completion_tokens_details'])
  return knownUsage({
    input: count(usage['prompt_tokens']),
    output: count(usage['completion_tokens']),
    cacheRead: count(input['cached_tokens']),
    cacheCreation: count(input['cache_write_tokens']),
    reasoning: count(output['reasoning_tokens']),
  })
}

/** By the choice's index, for `n` above 1. */
function finishReasons(body: Fields): Map<number, string> {
  const reasons = new Map<number, string>()
  for (const [place, item] of list(body['choices']).entries()) {
    const choice = fields(item)
    const reason = text(choice['finish_reason'])
    if (reason !== undefined) reasons.set(count(choice['index']) ?? place, reason)
  }
  return reasons
}

function reasonsOf(reasons: ReadonlyMap<number, string>): readonly string[] | undefined {
  if (reasons.size === 0) return undefined
  return [...reasons].sort(([a], [b]) => a - b).map(([, reason]) => reason)
}

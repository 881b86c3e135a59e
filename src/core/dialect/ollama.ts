/** The common part of Ollama's chat and generate: options, replies, and streams of one JSON object a line. */

import { type JsonTape, memberOf } from '../json/index.ts'
import type { ReplyFacts, RequestFacts, StreamReader } from './dialect.ts'
import { errorReply } from './error-envelope.ts'
import type { Problem } from './provider/provider-api.ts'
import type { Notes } from './reading/notes.ts'
import { parameterReader } from './reading/parameters.ts'
import { requestFacts } from './reading/request-facts.ts'
import { count, errorType, fields, known, knownUsage, text } from './reply/reply-fields.ts'
import { createStreamReader } from './reply/stream-reader.ts'

export const OLLAMA = {
  provider: 'ollama',
  openaiApiType: undefined,
  stream: 'ndjson',
  streamUsage: 'always',
  prefix: undefined,
  doors: {},
  keepsHistory: false,
  reply: readReply,
  streamReader,
  errorEvent: (problem: Problem) => `${errorReply('ollama', problem)}\n`,
  // Its clients read every line as an answer.
  ping: undefined,
} as const

/** Members of `options`. */
const PARAMETERS = parameterReader({
  maxTokens: ['num_predict'],
  temperature: ['temperature'],
  topP: ['top_p'],
  topK: ['top_k'],
  frequencyPenalty: ['frequency_penalty'],
  presencePenalty: ['presence_penalty'],
  seed: ['seed'],
  stopSequences: ['stop'],
})

/** Parameters are in `options`; without `stream`, Ollama streams. */
export function ollamaFacts(tape: JsonTape, notes: Notes): RequestFacts {
  const parametersNode = memberOf(tape, 0, 'options')
  return requestFacts(tape, { notes, parameters: PARAMETERS, parametersNode, isStreamByDefault: true })
}

/** Counts are in the reply, or in a stream's last line. `error` is a message, whose text is never read. */
function readReply(reply: unknown): ReplyFacts {
  const body = fields(reply)
  const reason = text(body['done_reason'])
  return known<ReplyFacts>({
    usage: knownUsage({ input: count(body['prompt_eval_count']), output: count(body['eval_count']) }),
    model: text(body['model']),
    finishReasons: reason === undefined ? undefined : [reason],
    error: errorType(body['error']),
  })
}

const MENTIONS = /"done"(?!: ?false)|"error"/g

function streamReader(): StreamReader {
  return createStreamReader({
    mentions: MENTIONS,
    matters: /"done"\s*:\s*true|"error"\s*:/,
    read: readReply,
    isEnd: (line) => line['done'] === true,
  })
}

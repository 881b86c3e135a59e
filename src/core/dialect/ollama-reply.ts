/** What Ollama's chat and generate share: options, replies, and streams of one JSON object a line. */

import type { ReplyFacts, StreamReader } from './dialect.ts'
import { count, errorType, fields, known, knownUsage, text } from './reading/reply-fields.ts'
import { createStreamReader } from './reading/stream-reader.ts'

/** Members of `options`. */
export const OLLAMA_OPTIONS = {
  maxTokens: ['num_predict'],
  temperature: ['temperature'],
  topP: ['top_p'],
  topK: ['top_k'],
  frequencyPenalty: ['frequency_penalty'],
  presencePenalty: ['presence_penalty'],
  seed: ['seed'],
  stopSequences: ['stop'],
}

/** Counts stand in the reply, or in a stream's last line. `error` is a message, never read. */
export function ollamaReply(reply: unknown): ReplyFacts {
  const body = fields(reply)
  const reason = text(body['done_reason'])
  return known<ReplyFacts>({
    usage: knownUsage({ input: count(body['prompt_eval_count']), output: count(body['eval_count']) }),
    model: text(body['model']),
    finishReasons: reason === undefined ? undefined : [reason],
    error: errorType(body['error']),
  })
}

export function ollamaStreamReader(): StreamReader {
  return createStreamReader({
    matters: /"done"\s*:\s*true|"error"\s*:/,
    read: ollamaReply,
    isEnd: (line) => line['done'] === true,
  })
}

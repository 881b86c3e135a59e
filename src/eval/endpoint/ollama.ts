/** Ollama's own chat API. */

import { type EvalDialect, membersOf, sumOf, urlWith } from './dialect.ts'

export const ollama: EvalDialect = {
  name: 'ollama',
  keys: ['M2M_EVAL_API_KEY'],
  url: (endpoint) => urlWith(endpoint, '', '/api/chat'),
  headers: (key) => (key === undefined ? {} : { authorization: `Bearer ${key}` }),
  body: ({ block, question }, { model, maxTokens, contextTokens }) => ({
    model,
    messages: [{ role: 'user', content: `${block}\n\n${question}` }],
    stream: false,
    // Ollama cuts a longer prompt without a word; another length loads the model again, so it is the same for all.
    options: { temperature: 0, num_predict: maxTokens, num_ctx: contextTokens },
  }),
  answer(reply) {
    const { message, prompt_eval_count } = membersOf(reply)
    const { content } = membersOf(message)
    return typeof content === 'string' ? { text: content, ...sumOf(prompt_eval_count) } : undefined
  },
}

/** Anthropic messages. */

import { type EvalDialect, membersOf, sumOf, urlWith } from './dialect.ts'

export const anthropic: EvalDialect = {
  name: 'anthropic',
  keys: ['M2M_EVAL_API_KEY', 'ANTHROPIC_API_KEY'],
  url: (endpoint) => urlWith(endpoint.replace(/\/v1\/*$/, ''), '/v1', '/v1/messages').replace('/v1/v1/', '/v1/'),
  headers: (key) => ({ 'anthropic-version': '2023-06-01', ...(key !== undefined && { 'x-api-key': key }) }),
  body: ({ block, question }, { model, maxTokens, without }) => ({
    model,
    max_tokens: maxTokens,
    messages: [
      {
        role: 'user',
        content: [
          // Anthropic's prompt cache keeps only what is marked.
          { type: 'text', text: block, cache_control: { type: 'ephemeral' } },
          { type: 'text', text: question },
        ],
      },
    ],
    ...(!without.has('temperature') && { temperature: 0 }),
  }),
  answer(reply) {
    const { content, usage } = membersOf(reply)
    if (!Array.isArray(content)) return undefined
    const texts = content.map((part) => membersOf(part)['text']).filter((text) => typeof text === 'string')
    const { input_tokens, cache_read_input_tokens, cache_creation_input_tokens } = membersOf(usage)
    return { text: texts.join(''), ...sumOf(input_tokens, cache_read_input_tokens, cache_creation_input_tokens) }
  },
}

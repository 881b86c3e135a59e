/** OpenAI chat completions, and every server that is compatible with them. */

import { type EvalDialect, membersOf, sumOf, urlWith } from './dialect.ts'

/** For models that refuse `max_tokens`: they think before they answer, and the limit counts that too. */
const ROOM_TO_THINK = 4000

export const openai: EvalDialect = {
  name: 'openai',
  keys: ['M2M_EVAL_API_KEY', 'OPENAI_API_KEY'],
  url: (endpoint) => urlWith(endpoint, '/v1', '/chat/completions'),
  headers: (key) => (key === undefined ? {} : { authorization: `Bearer ${key}` }),
  body: ({ block, question }, { model, maxTokens, without }) => ({
    model,
    messages: [{ role: 'user', content: `${block}\n\n${question}` }],
    ...(without.has('max_tokens') ? { max_completion_tokens: maxTokens + ROOM_TO_THINK } : { max_tokens: maxTokens }),
    ...(!without.has('temperature') && { temperature: 0 }),
  }),
  answer(reply) {
    const { choices, usage } = membersOf(reply)
    const [choice] = Array.isArray(choices) ? choices : []
    if (choice === undefined) return undefined
    const { content } = membersOf(membersOf(choice)['message'])
    return { text: typeof content === 'string' ? content : '', ...sumOf(membersOf(usage)['prompt_tokens']) }
  },
}

/** OpenAI's legacy completions (`POST /v1/completions`): prompts without turns. They are billed, and hold no block. */

import { type JsonTape, kindOf, memberOf, NONE } from '../json/index.ts'
import { Pace, type Steps } from '../steps.ts'
import type { Dialect, Likeness, RequestFacts } from './dialect.ts'
import { errorReply } from './error-envelope.ts'
import { elementsOf } from './reading/members.ts'
import { createNotes, type Notes } from './reading/notes.ts'
import { parameterReader } from './reading/parameters.ts'
import { requestFacts } from './reading/request-facts.ts'
import { chatReply, chatStreamReader } from './reply/openai-chat.ts'

export const openaiCompletions: Dialect = {
  name: 'openai-completions',
  provider: 'openai',
  operation: 'text_completion',
  stream: 'sse',
  openaiApiType: undefined,
  streamUsage: 'on-request',
  path: '/v1/completions',
  doors: {},
  keepsHistory: false,
  likeness,
  read,
  prefix: undefined,
  // Choices have `text` in place of a message; usage, model and reasons have the same names.
  reply: chatReply,
  streamReader: chatStreamReader,
  ping: ': ping\n\n',
  errorEvent: (problem) => `data: ${errorReply('openai', problem)}\n\n`,
}

/** Members that Ollama's generate, which has a `prompt` as well, keeps in `options`, or does not know. */
const OWN_MEMBERS = ['max_tokens', 'best_of', 'echo', 'logprobs', 'n']

function likeness(tape: JsonTape): Likeness {
  const prompt = kindOf(tape, memberOf(tape, 0, 'prompt'))
  if (prompt !== 'string' && prompt !== 'array') return 'none'
  if (OWN_MEMBERS.some((name) => memberOf(tape, 0, name) !== NONE)) return 'own'
  return prompt === 'string' ? 'shared' : 'none'
}

const PARAMETERS = parameterReader({
  maxTokens: ['max_tokens'],
  temperature: ['temperature'],
  topP: ['top_p'],
  topK: ['top_k'],
  frequencyPenalty: ['frequency_penalty'],
  presencePenalty: ['presence_penalty'],
  seed: ['seed'],
  stopSequences: ['stop'],
  choiceCount: ['n'],
})

function* read(tape: JsonTape): Steps<RequestFacts | undefined> {
  const prompt = memberOf(tape, 0, 'prompt')
  const kind = kindOf(tape, prompt)
  if (kind !== 'string' && kind !== 'array') return undefined
  const notes = createNotes(tape)
  if (kind === 'string') notes.text({ node: prompt, path: 'prompt' }, { isOpening: true })
  else yield* notePrompts(tape, prompt, notes)
  const suffix = memberOf(tape, 0, 'suffix')
  if (kindOf(tape, suffix) === 'string') notes.text({ node: suffix, path: 'suffix' }, {})
  return requestFacts(tape, { notes, parameters: PARAMETERS })
}

/** Several prompts, each a text or a list of token ids; or one list of ids. Ids are billed, and no text of ours. */
function* notePrompts(tape: JsonTape, list: number, notes: Notes): Steps<void> {
  const pace = new Pace()
  let index = 0
  for (const node of elementsOf(tape, list)) {
    if (kindOf(tape, node) === 'string') notes.text({ node, path: `prompt[${index}]` }, { isOpening: index === 0 })
    else notes.media()
    index++
    if (pace.isOver) yield
  }
}

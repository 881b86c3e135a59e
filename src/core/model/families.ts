/**
 * How each family bills, and which names belong to it. Kept by hand; the factors were measured on recorded calls with
 * the usage that the provider billed (spec: prompt-compression, section 3).
 */

import type { Billing, VocabularyName } from './card.ts'

export interface Family {
  readonly name: string
  readonly provider: string
  readonly billing: Billing
  /** A model is of the family whose prefix is the longest that its name starts with. */
  readonly prefixes: readonly string[]
}

/** OpenAI bills text one to one, and tool definitions in a terser form than their JSON. */
function openai(vocabulary: VocabularyName): Billing {
  return {
    vocabulary,
    content: { factor: 1, accuracy: 'exact' },
    tools: { factor: 0.62, overhead: 0, accuracy: 'approx' },
  }
}

/** A family whose vocabulary we do not have: what o200k says, said to be a guess. */
const GUESS: Billing = {
  vocabulary: 'o200k_base',
  content: { factor: 1, accuracy: 'heuristic' },
  tools: { factor: 1, overhead: 0, accuracy: 'heuristic' },
}

/** Claude 4.0 to 4.6: calibrated. Tool definitions come with a system prompt of about 500 tokens. */
const CLAUDE_4: Billing = {
  vocabulary: 'o200k_base',
  content: { factor: 0.99, accuracy: 'approx' },
  tools: { factor: 1.15, overhead: 500, accuracy: 'approx' },
}

/** Claude 3 and older: the tokenizer of Claude 4, but too few billed calls known to say `approx`. */
const CLAUDE_3: Billing = {
  vocabulary: 'o200k_base',
  content: { factor: 0.99, accuracy: 'heuristic' },
  tools: { factor: 1.15, overhead: 500, accuracy: 'heuristic' },
}

/** Claude 4.7 and later have a finer vocabulary; few billed calls known. */
const CLAUDE_5: Billing = {
  vocabulary: 'o200k_base',
  content: { factor: 1.44, accuracy: 'heuristic' },
  tools: { factor: 1.15, overhead: 500, accuracy: 'heuristic' },
}

/** Names of Claude 4: `claude-opus-4-7`, and as some gateways turn it, `claude-4-7-opus`. */
function claude4(minors: readonly string[]): string[] {
  const tiers = ['opus', 'sonnet', 'haiku']
  return minors.flatMap((minor) => [...tiers.map((tier) => `claude-${tier}-4${minor}`), `claude-4${minor}`])
}

function guess(name: string, provider: string, prefixes: readonly string[]): Family {
  return { name, provider, billing: GUESS, prefixes }
}

/** How to count for a model that no family is known of, by the provider API it was asked through. */
export function fallbackBilling(provider: string | undefined): Billing {
  return provider === 'anthropic' ? CLAUDE_5 : GUESS
}

export const FAMILIES: readonly Family[] = [
  {
    name: 'openai-o200k',
    provider: 'openai',
    billing: openai('o200k_base'),
    prefixes: [
      ...['gpt-4o', 'gpt-4.1', 'gpt-4.5', 'chatgpt-4o', 'gpt-5', 'gpt-oss', 'o1', 'o3', 'o4'],
      ...['gpt-realtime', 'gpt-audio', 'codex-mini', 'computer-use-preview'],
    ],
  },
  {
    name: 'openai-cl100k',
    provider: 'openai',
    billing: openai('cl100k_base'),
    prefixes: ['gpt-4', 'gpt-3.5-turbo', 'gpt-35-turbo', 'text-embedding-3', 'text-embedding-ada-002'],
  },
  guess('gpt', 'openai', ['gpt', 'gpt-4.', 'chatgpt']),
  { name: 'claude', provider: 'anthropic', billing: CLAUDE_5, prefixes: ['claude'] },
  { name: 'claude-3', provider: 'anthropic', billing: CLAUDE_3, prefixes: ['claude-2', 'claude-3', 'claude-instant'] },
  { name: 'claude-4', provider: 'anthropic', billing: CLAUDE_4, prefixes: claude4(['']) },
  { name: 'claude-4.7', provider: 'anthropic', billing: CLAUDE_5, prefixes: claude4(['-7', '-8', '-9']) },
  guess('gemini', 'google', ['gemini']),
  guess('gemma', 'google', ['gemma', 'codegemma']),
  guess('llama', 'meta', ['llama', 'codellama', 'meta-llama']),
  guess('mistral', 'mistral', ['mistral', 'mixtral', 'ministral', 'magistral', 'codestral', 'devstral', 'pixtral']),
  guess('qwen', 'alibaba', ['qwen', 'qwq', 'qvq']),
  guess('deepseek', 'deepseek', ['deepseek']),
  guess('grok', 'xai', ['grok']),
  guess('command', 'cohere', ['command']),
  guess('nova', 'amazon', ['nova']),
  guess('phi', 'microsoft', ['phi']),
  guess('glm', 'zhipu', ['glm', 'chatglm']),
  guess('kimi', 'moonshot', ['kimi', 'moonshot']),
  guess('minimax', 'minimax', ['minimax']),
  guess('granite', 'ibm', ['granite']),
  guess('nemotron', 'nvidia', ['nemotron']),
]

/** Usage of a chat reply or chunk, wherever its provider puts it. */

import type { Usage } from '../dialect.ts'
import { count, type Fields, fields, isFields, knownUsage, list } from './reply-fields.ts'

/**
 * | member | provider |
 * |---|---|
 * | `usage` | OpenAI, and most others |
 * | `x_groq.usage`, in the last chunk of a stream | Groq |
 * | `choices[0].usage`, in the last chunk of a stream | Moonshot |
 */
export function chatUsage(body: Fields): Usage | undefined {
  const own = usageOf(body['usage']) ?? usageOf(fields(body['x_groq'])['usage'])
  if (own !== undefined) return own
  const choice = list(body['choices']).findLast((one) => fields(one)['usage'] !== undefined)
  return usageOf(fields(choice)['usage'])
}

/**
 * Cached tokens are within the prompt: in its details, beside it (Together, Moonshot), as hit and miss (DeepSeek), or under
 * Anthropic's names (LiteLLM; Qwen in the details).
 */
function usageOf(usage: unknown): Usage | undefined {
  if (!isFields(usage)) return undefined
  const details = fields(usage['prompt_tokens_details'])
  const hit = count(usage['prompt_cache_hit_tokens'])
  const miss = count(usage['prompt_cache_miss_tokens'])
  const input = count(usage['prompt_tokens']) ?? (hit === undefined || miss === undefined ? undefined : hit + miss)
  const cacheRead =
    count(details['cached_tokens']) ?? count(usage['cached_tokens']) ?? hit ?? count(usage['cache_read_input_tokens'])
  const cacheCreation =
    count(details['cache_write_tokens']) ??
    count(details['cache_creation_input_tokens']) ??
    count(usage['cache_creation_input_tokens'])
  const reasoning = count(fields(usage['completion_tokens_details'])['reasoning_tokens'])
  return knownUsage({
    input,
    output: outputOf(usage, { input, cached: (cacheRead ?? 0) + (cacheCreation ?? 0), reasoning }),
    cacheRead,
    cacheCreation,
    reasoning,
  })
}

interface Parts {
  readonly input: number | undefined
  readonly cached: number
  readonly reasoning: number | undefined
}

/**
 * OpenAI counts reasoning within `completion_tokens`. xAI and Gemini count it beside them, Gemini without a figure of its
 * own, and only `total_tokens` has it. A total that counts cached tokens twice says nothing about reasoning.
 */
function outputOf(usage: Fields, { input, cached, reasoning }: Parts): number | undefined {
  const output = count(usage['completion_tokens'])
  const total = count(usage['total_tokens'])
  if (input === undefined || output === undefined || total === undefined) return output
  const beside = total - input - output
  const isReasoning = reasoning === undefined ? beside !== cached : beside === reasoning
  return beside > 0 && isReasoning ? output + beside : output
}

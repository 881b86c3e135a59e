/** What a provider says it did to a request's reasoning, and why its prompt cache was not read. */

import type { CacheMiss, InputTransformation } from '../dialect.ts'
import { count, fields, list } from './reply-fields.ts'

/** The types and reasons of both providers (docs/spec/replies.md, Diagnoses). */
const KINDS: Readonly<Record<string, InputTransformation['kind']>> = {
  thinking_dropped: 'dropped',
  thinking_mismatch_allowed: 'allowed',
  removed: 'removed',
}

const BINDING_REASONS = new Set([
  'organization_binding_mismatch',
  'end_user_binding_mismatch',
  'model_binding_mismatch',
  'prefix_binding_mismatch',
  'organization_mismatch',
  'end_user_mismatch',
  'model_mismatch',
  'prefix_mismatch',
  'turn_boundary',
])

const MISS_REASONS = new Set([
  'model_changed',
  'system_changed',
  'tools_changed',
  'messages_changed',
  'previous_message_not_found',
  'unavailable',
  'prompt_cache_key_changed',
  'text_format_changed',
  'reasoning_effort_changed',
  'verbosity_changed',
  'context_compacted',
  'input_changed',
  'service_tier_changed',
  'comparison_response_not_found',
])

const OTHER = 'other'

/** One entry stands for one block of reasoning: more than any conversation has. */
const MAX_ENTRIES = 1000

/** @returns undefined when the reply has no such list; an empty list means that everything reached the model */
export function transformationsOf(entries: unknown): readonly InputTransformation[] | undefined {
  if (!Array.isArray(entries)) return undefined
  return list(entries)
    .slice(0, MAX_ENTRIES)
    .map((entry) => {
      // Anthropic's `type` tells what was done. OpenAI's `type` is the item's, and `action` tells it.
      const { type, action, reason } = fields(entry)
      return { kind: kindOf(action ?? type), reason: knownReason(reason, BINDING_REASONS) }
    })
}

/** @param diagnosis an object with a `type`; null while it is pending (Anthropic) */
export function cacheMissOf(diagnosis: unknown): CacheMiss | undefined {
  if (typeof diagnosis !== 'object' || diagnosis === null) return undefined
  const { type, reason, cache_missed_input_tokens, cache_missed_tokens } = fields(diagnosis)
  if (type === 'cache_hit') return undefined
  const tokens = count(cache_missed_input_tokens) ?? count(cache_missed_tokens)
  const named = knownReason(type === 'cache_miss' ? reason : type, MISS_REASONS)
  return tokens === undefined ? { reason: named } : { reason: named, tokens }
}

function kindOf(value: unknown): InputTransformation['kind'] {
  return (typeof value === 'string' && Object.hasOwn(KINDS, value) && KINDS[value]) || OTHER
}

/** Only names of the list become labels and log lines. */
function knownReason(value: unknown, names: ReadonlySet<string>): string {
  return typeof value === 'string' && names.has(value) ? value : OTHER
}

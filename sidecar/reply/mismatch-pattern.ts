/** The change that a provider names in a header, where a block of thinking does not fit what stands before it (PC-6). */

import { rawHeader } from '../wire/headers.ts'

/** `block=messages.3.content.0;kind=...;pattern=...` */
const HEADER = 'anthropic-thinking-prefix-mismatch'

/** As public threads report them; the provider documents none. */
const PATTERNS = new Set([
  'tool_results_rewritten',
  'first_message_rewritten',
  'reserialized',
  'rolling_truncation',
  'compaction_summary',
])

/** @returns a known pattern, else `other`; undefined without the header */
export function mismatchPattern(rawHeaders: readonly Buffer[]): string | undefined {
  const value = rawHeader(rawHeaders, HEADER)
  if (value === undefined) return undefined
  const pattern = value
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith('pattern='))
  const name = pattern?.slice('pattern='.length) ?? ''
  return PATTERNS.has(name) ? name : 'other'
}

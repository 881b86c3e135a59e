/** The headers that tell a caller what became of its call; switchable off by the policy. */

import type { Report } from '../../src/core/compress/index.ts'
import type { CompiledPolicy } from '../../src/core/policy/index.ts'

/** @returns names and values in turn; tokens are left out while they are unknown */
export function replyNotes(policy: CompiledPolicy, report: Report | undefined): string[] {
  if (!policy.telemetry.responseHeaders) return []
  const outcome = report?.outcome ?? 'passthrough'
  const notes = ['x-m2m-outcome', outcome, 'x-m2m-policy', policy.name]
  const tokens = report?.tokens
  // Audit and holdout know what could have been saved; what was saved is nothing.
  if (tokens !== undefined) notes.push('x-m2m-tokens-saved', String(outcome === 'compressed' ? tokens.saved : 0))
  return notes
}

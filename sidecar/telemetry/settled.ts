/** What became of a call, and what it counts for: only what was billed and really sent is a saving. */

import type { Outcome } from '../../src/core/compress/index.ts'
import type { CallSummary } from './call-summary.ts'

/** The status of a call whose caller went away first. */
const CALLER_GONE = 499

/** A call whose body was never read went, if it went, as it came. */
export function outcomeOf(summary: CallSummary): Outcome {
  return summary.report?.outcome ?? 'passthrough'
}

/** Did it fail, here or upstream? */
export function isFailed(summary: CallSummary): boolean {
  return summary.status >= 400 || summary.error !== undefined
}

/**
 * Does the provider bill it? A call that was refused costs nothing, so nothing was saved on it; one whose caller left
 * in the middle of the reply was answered.
 */
export function isBilled(summary: CallSummary): boolean {
  return summary.status < 400 || (summary.status === CALLER_GONE && summary.firstChunkMs !== undefined)
}

/** What went over the wire: a report in Audit says what would have been sent, while the request went as it came. */
export function settled(
  tokens: { readonly original: number; readonly sent: number; readonly saved: number },
  outcome: Outcome,
): { sent: number; saved: number; audited: number } {
  if (outcome === 'compressed') return { sent: tokens.sent, saved: tokens.saved, audited: 0 }
  return { sent: tokens.original, saved: 0, audited: outcome === 'audit' ? tokens.saved : 0 }
}

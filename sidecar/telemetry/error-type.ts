/** `error.type` of a call: the most telling thing that is known of why it failed. */

import type { CallSummary } from './call-summary.ts'
import { isFailed } from './settled.ts'

/** @returns our error code, else the provider's error type, else the status; undefined when the call did not fail */
export function errorType(summary: CallSummary): string | undefined {
  return summary.error ?? summary.reply.error ?? (isFailed(summary) ? String(summary.status) : undefined)
}

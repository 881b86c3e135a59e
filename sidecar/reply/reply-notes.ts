/** Our headers on a reply, with the outcome of the call. The policy can switch them off. */

import type { Report } from '../../src/core/compress/index.ts'
import type { Door } from '../../src/core/dialect/index.ts'
import type { CompiledPolicy } from '../../src/core/policy/index.ts'
import { effectiveTokens, isSuccess, outcomeOf, REFUSED } from '../telemetry/index.ts'

/**
 * The head of a reply leaves before its body is known: the saved tokens are those of a call that goes on well.
 * @param status of the reply
 * @returns names and values in turn
 */
export type ReplyNotes = (status: number) => string[]

/** The report of the request as it was sent last. */
export interface SentLast {
  readonly report: Report | undefined
}

/**
 * On an error of ours for a request that no provider has seen.
 * @param id as for `replyNotes`
 */
export function refusalNotes({ name, telemetry }: CompiledPolicy, id: string): ReplyNotes {
  if (!telemetry.responseHeaders) return () => []
  return () => ['x-m2m-call', id, 'x-m2m-outcome', REFUSED, 'x-m2m-policy', name]
}

/**
 * @param id of the call: the same as in every log line
 * @param sent read when the reply begins: a request may be sent in another form by then
 * @param door a call that only counts tokens saves none
 */
export function replyNotes({ name, telemetry }: CompiledPolicy, id: string, sent: SentLast, door?: Door): ReplyNotes {
  if (!telemetry.responseHeaders) return () => []
  return (status) => {
    const { report } = sent
    const notes = ['x-m2m-call', id, 'x-m2m-outcome', outcomeOf(report), 'x-m2m-policy', name]
    const tokens = report && effectiveTokens(report)
    // Unknown tokens are left out. A call that is not billed saves nothing.
    if (tokens !== undefined)
      notes.push('x-m2m-tokens-saved', String(isSuccess(status) && door !== 'count' ? tokens.saved : 0))
    return notes
  }
}

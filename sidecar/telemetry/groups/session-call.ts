/** The facts of a finished call that the statistics of its session and group need. */

import type { Group } from '../../session/index.ts'
import type { CallSummary } from '../call-summary.ts'

export interface SessionCall {
  readonly session: string
  /** Undefined for a call in no group. */
  readonly group: Group | undefined
  /** Revision of the policy that the call was made under. */
  readonly revision: string
  /** The model answered, so the call is billed. */
  readonly isAnswered: boolean
  /** Hashes of the failed tool results in the request; an agent sends them again on each turn. */
  readonly failedResults: readonly number[]
  readonly tokens: { readonly original: number; readonly sent: number } | undefined
  /** List price of the call; undefined where usage or prices are unknown. */
  readonly costUsd: number | undefined
  readonly finishReasons: readonly string[]
}

/** @returns undefined for a call whose body was not understood: it belongs to no session */
export function sessionCallOf({ request, reply, policy, account }: CallSummary): SessionCall | undefined {
  if (request === undefined) return undefined
  return {
    session: request.session,
    group: request.group,
    revision: policy.revision,
    isAnswered: account.isBilled,
    failedResults: request.failedResults,
    tokens: account.effective?.tokens,
    costUsd: account.costUsd,
    finishReasons: reply.finishReasons ?? [],
  }
}

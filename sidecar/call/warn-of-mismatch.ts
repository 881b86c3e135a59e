/**
 * Warns where a provider says that reasoning does not fit what stands before it, in a session whose requests we rewrite:
 * that is an error of ours until shown otherwise (PC-6, PC-8). At OpenAI nothing else shows it, because the reply is a 200.
 */

import { RecentMap } from '../../src/core/recent-map.ts'
import type { Ending } from '../reply/ending.ts'
import type { Call } from './call.ts'

export interface WarnOfMismatchDeps {
  readonly mismatchWarnings: MismatchWarnings
}

export interface MismatchWarnings {
  /** @returns true once for each session */
  isFirst(session: string): boolean
  /** Memory of the sessions. */
  readonly bytes: number
}

/** Measured: a key, and its place in the map. */
const ENTRY_BYTES = 330
/** One that was forgotten is warned of again. */
const MAX_BYTES = 10_000 * ENTRY_BYTES

const PREFIX_REASONS: ReadonlySet<string> = new Set(['prefix_mismatch', 'prefix_binding_mismatch'])

/** @param maxBytes of the sessions that were warned of */
export function createMismatchWarnings(maxBytes = MAX_BYTES): MismatchWarnings {
  const warned = new RecentMap<true>(maxBytes, ENTRY_BYTES)
  return {
    isFirst(session) {
      if (warned.get(session)) return false
      return warned.add(session, true)
    },
    get bytes() {
      return warned.used
    },
  }
}

export function warnOfMismatch(
  { mismatchWarnings }: WarnOfMismatchDeps,
  { sent, log }: Pick<Call, 'sent' | 'log'>,
  { facts }: Pick<Ending, 'facts'>,
): void {
  const { request, report } = sent ?? {}
  if (request === undefined || report?.outcome !== 'compressed') return
  const found = facts.transformations?.filter(({ reason }) => PREFIX_REASONS.has(reason)) ?? []
  const [first] = found
  if (first === undefined || !mismatchWarnings.isFirst(request.session)) return
  log.warn(
    { session: request.session, model: request.model, blocks: found.length, kind: first.kind, reason: first.reason },
    'the provider says that reasoning of this session does not fit the messages before it, and M2M rewrites this session; ' +
      'answers may get worse and cost more. Unless the application edits its own history, this is an error of M2M: ' +
      '`m2m unpin` ends the rewriting of live sessions',
  )
}

/** Asks the cache doctor about an answered call: did its request go on where its session was? */

import type { CompiledPolicy } from '../../src/core/policy/index.ts'
import type { PrefixBreak } from '../prefix-breaks/index.ts'
import type { Outgoing } from '../request/compress.ts'
import { type CallSummary, isBilled, outcomeOf, settled } from '../telemetry/index.ts'
import type { House } from './services.ts'

/** A call, as far as the doctor asks. */
interface Sent {
  readonly policy: Pick<CompiledPolicy, 'name'>
  readonly outgoing?: Pick<Outgoing, 'read'>
}

/**
 * @returns undefined where nothing is broken, and where nothing can be: the call failed, has no prefix that a provider
 * caches, or goes on from a response that the provider keeps
 */
export function checkPrefix(
  { doctor, log }: Pick<House, 'doctor' | 'log'>,
  { policy, outgoing }: Sent,
  summary: CallSummary,
): PrefixBreak | undefined {
  const { request, provider, report, reply } = summary
  const read = outgoing?.read
  if (request === undefined || provider === undefined || read === undefined || !isBilled(summary)) return undefined
  if (read.facts.session.continuesResponse) return undefined
  try {
    const { prefix, tape } = read
    if (prefix === undefined) return undefined
    return doctor.examine({
      session: request.session,
      policy: policy.name,
      provider,
      model: request.model,
      tape,
      prefix,
      tokens: report?.tokens && settled(report.tokens, outcomeOf(summary)).sent,
      usage: reply.usage,
    })
  } catch (error) {
    log.warn({ err: error }, 'a prefix was not examined')
    return undefined
  }
}

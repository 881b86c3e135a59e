/** Compares an answered request with the earlier ones of its session: a broken prefix cannot be read from a cache. */

import type { BreakDetector, PrefixBreak } from '../prefix-breaks/index.ts'
import type { Ending } from '../reply/ending.ts'
import type { Account } from '../telemetry/index.ts'
import type { Call } from './call.ts'

export interface CheckPrefixDeps {
  readonly breakDetector: BreakDetector
}

/** @returns undefined when nothing is broken, the call failed, or it has no prefix that a provider caches */
export function checkPrefix(
  { breakDetector }: CheckPrefixDeps,
  { policy, target, sent, log }: Call,
  { isBilled, effective, rates, usage }: Account,
  { facts }: Pick<Ending, 'facts'>,
): PrefixBreak | undefined {
  if (
    sent?.request === undefined ||
    sent.prefix === undefined ||
    target === undefined ||
    target.door !== undefined ||
    !isBilled
  )
    return undefined
  const { session, model } = sent.request
  try {
    return breakDetector.detect({
      session,
      policy: policy.name,
      provider: target.provider,
      model,
      prefix: sent.prefix,
      tokens: effective?.tokens?.sent,
      usage,
      cacheMiss: facts.cacheMiss,
      rates,
    })
  } catch (error) {
    log.warn({ err: error }, 'a prefix was not compared')
    return undefined
  }
}

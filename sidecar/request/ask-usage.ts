/**
 * Asks for the usage of a stream in the caller's place, where the policy says so (`telemetry.streamUsage: Inject`). A
 * provider that does not know the question refuses the request: it is sent once more without, and is not asked for a while.
 */

import type { RefusalBreaker } from '../../src/core/refusal-breaker.ts'
import type { CallLog } from '../log.ts'
import { askForUsage } from '../wire/stream-usage.ts'
import type { ArrivedCall } from './compress.ts'
import { type Marked, placeOf, plainBody } from './mark-cache.ts'
import type { Target } from './match.ts'

export interface AskUsageDeps {
  /** Hosts that refused the question are not asked for a while. */
  readonly usageBreaker: RefusalBreaker
}

export interface Asked extends Marked {
  /** The body without the question; undefined where none is asked. */
  readonly unasked?: Uint8Array | undefined
  /** Puts the question into another form of the request; undefined where none is asked. */
  readonly ask?: ((body: Uint8Array) => Uint8Array) | undefined
}

export function askUsage({ usageBreaker }: AskUsageDeps, call: ArrivedCall, outgoing: Marked): Asked {
  const { policy, received, target } = call
  const { request } = outgoing
  const isOff = policy.telemetry.streamUsage === 'Observe' || request?.isLeftAlone !== false
  if (isOff || received.kind === 'stream') return outgoing
  const { read } = request
  const ask = askForUsage(read)
  if (ask === undefined) return outgoing
  if (!usageBreaker.allows(placeOf(target, read.facts.model), performance.now())) return outgoing
  const unasked = plainBody(outgoing, received, read.body)
  return { ...outgoing, body: ask(unasked), isDecoded: received.content !== received.body, unasked, ask }
}

/** sent: in the request that was sent last; left out: of the second attempt, after a refusal. */
export type UsageQuestion = 'none' | 'sent' | 'left out'

/** Records how a provider answered the question. One that refused the request without it as well had another reason. */
export function recordQuestion(
  { usageBreaker }: AskUsageDeps,
  call: { readonly target: Target; readonly model: string | undefined; readonly question: UsageQuestion },
  status: number,
  log: CallLog,
): void {
  const { target, model, question } = call
  if (question === 'none' || status >= 400) return
  const place = placeOf(target, model)
  if (question === 'sent') {
    usageBreaker.succeeded(place)
  } else {
    usageBreaker.refused(place, performance.now())
    log.warn({ provider: target.provider.name }, 'a question for usage is refused; streams go without it for a while')
  }
}

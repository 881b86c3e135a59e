/** What came of a review: a decision, or a fault of the injector. */

import type { Injection } from '../../src/core/inject/injection.ts'

export type Outcome = Injection | Failed

export interface Failed {
  readonly result: 'failed'
  readonly reason: 'InjectorFault'
  readonly message: string
}

/** For figures and log lines. */
export function resultOf(outcome: Outcome): Outcome['result'] | 'unchanged' {
  return outcome.result === 'injected' && outcome.patch.length === 0 ? 'unchanged' : outcome.result
}

/** Empty for a pod that has its sidecar. */
export function reasonOf(outcome: Outcome): string {
  return outcome.result === 'injected' ? '' : outcome.reason
}

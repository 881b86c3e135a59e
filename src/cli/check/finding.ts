/** What a check of a cluster has found. */

/** Unknown: it could not be looked at, for want of a permission; that is no failure of the cluster. */
export type State = 'ok' | 'warning' | 'failed' | 'unknown'

export interface Finding {
  readonly check: string
  readonly state: State
  readonly message: string
  /** What to do; undefined where there is nothing. */
  readonly advice?: string
}

/** The findings of one check. */
export interface Findings {
  ok(message: string): Finding
  warning(message: string, advice: string): Finding
  failed(message: string, advice: string): Finding
  unknown(message: string): Finding
}

export function findingsOf(check: string): Findings {
  return {
    ok: (message) => ({ check, state: 'ok', message }),
    warning: (message, advice) => ({ check, state: 'warning', message, advice }),
    failed: (message, advice) => ({ check, state: 'failed', message, advice }),
    unknown: (message) => ({ check, state: 'unknown', message }),
  }
}

/** `a, b, c and 4 more` */
export function someOf(names: readonly string[], count = names.length): string {
  const shown = names.slice(0, SHOWN)
  const rest = count - shown.length
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ')
}

export const SHOWN = 5

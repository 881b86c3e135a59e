/** The trace of a refusal outside the pipeline: one line and one count. The pipeline leaves both with each of its calls. */

import type { Logger } from 'pino'
import type { M2MError } from '../../src/core/errors.ts'
import { withoutQuery } from '../log.ts'
import { REFUSED } from './account.ts'
import type { Telemetry } from './telemetry.ts'

export interface RefusalDeps {
  readonly log: Pick<Logger, 'info'>
  readonly telemetry: Pick<Telemetry, 'refused'>
}

export interface Refusal {
  readonly error: M2MError
  /** As the caller sees it. */
  readonly status: number
  /** Undefined where the request was not understood so far, as all that follows. */
  readonly method?: string | undefined
  /** The request target: its query is cut off. */
  readonly target?: string | undefined
  readonly call?: string | undefined
}

/** Call it once for every error reply that does not come from the pipeline. */
export function recordRefusal({ log, telemetry }: RefusalDeps, refusal: Refusal): void {
  const { error, status, method, target, call } = refusal
  const path = target === undefined ? undefined : withoutQuery(target)
  log.info({ call, method, path, status, outcome: REFUSED, error: error.code, problem: error.message }, 'refused')
  telemetry.refused(error.code)
}

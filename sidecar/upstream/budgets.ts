/** The time budgets of an attempt: where each stands in the policy, and the error when it is spent. */

import type { ErrorCode } from '../../src/core/errors.ts'
import type { Timeouts } from '../../src/core/policy/index.ts'

export type Budget = 'firstByte' | 'idle' | 'total'

export const BUDGETS: Readonly<Record<Budget, { field: keyof Timeouts; code: ErrorCode; reason: string }>> = {
  firstByte: {
    field: 'firstByteMs',
    code: 'UPSTREAM_FIRST_BYTE_TIMEOUT',
    reason: 'no reply within the first-byte timeout',
  },
  idle: {
    field: 'idleMs',
    code: 'UPSTREAM_IDLE_TIMEOUT',
    reason: 'its reply was silent for longer than the idle timeout',
  },
  total: { field: 'totalMs', code: 'UPSTREAM_TOTAL_TIMEOUT', reason: 'its reply took longer than the total timeout' },
}

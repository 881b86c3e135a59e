/** Ids of calls, for log lines and `x-m2m-call`; each begins with the id of the call's trace, if any. */

import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { traceIdOf } from '../telemetry/index.ts'

/** 40 bits identify the process, 24 count calls: 16 hexadecimal digits, as in a span's id. */
const PROCESS = randomBytes(5).toString('hex')
const COUNT = 2 ** 24

let last = 0

/** @returns the trace's id, where there is one, and 16 digits of the call's own: `<trace id>-<digits>` */
export function createCallId(traceId: string | undefined): string {
  last = (last + 1) % COUNT
  const own = PROCESS + last.toString(16).padStart(6, '0')
  return traceId === undefined ? own : `${traceId}-${own}`
}

/** For a call that gets no observation: the trace is the caller's. */
export function callIdOf({ traceparent }: IncomingHttpHeaders): string {
  return createCallId(traceIdOf(traceparent))
}

/** The operator's log: JSON lines as those of the sidecar. Objects of the cluster are named, never printed. */

import { type DestinationStream, type Logger, destination as openDestination, pino } from 'pino'
import type { LogLevel } from './settings/process.ts'

/** A chain of causes ends there. */
const MAX_DEPTH = 4

/** @param options.destination takes the lines instead of stdout (tests) */
export function createLogger(options: { level: LogLevel; destination?: DestinationStream }): Logger {
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (error: unknown) => described(error, 0) },
    },
    options.destination ?? openDestination({ dest: 1, sync: false }),
  )
}

/** No stack and no other property: an error of the API server may carry an object. */
function described(error: unknown, depth: number): unknown {
  if (!(error instanceof Error)) return String(error)
  const { code, status } = error as { code?: unknown; status?: unknown }
  return {
    code: typeof code === 'string' ? code : error.name,
    ...(typeof status === 'number' && { status }),
    message: error.message,
    ...(error.cause !== undefined && depth < MAX_DEPTH && { cause: described(error.cause, depth + 1) }),
  }
}

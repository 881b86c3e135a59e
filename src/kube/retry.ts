/** When a failed call is tried again without its caller: only where the server asks for it, or nothing was done. */

import { KubeError } from './errors.ts'

const MAX_TRIES = 10

/** Where 429 comes without Retry-After: doubled with each try. */
const FIRST_WAIT_MS = 1_000

/**
 * @param attempt `tries`: so many were made
 * @returns milliseconds, with up to a tenth on top so that callers do not come back together; undefined: it is final
 */
export function waitBeforeRetry(error: unknown, attempt: { method: string; tries: number }): number | undefined {
  if (!(error instanceof KubeError) || attempt.tries >= MAX_TRIES) return undefined
  const waitMs = askedWait(error, attempt.tries)
  if (waitMs !== undefined) return Math.ceil(waitMs * (1 + Math.random() / 10))
  // The server closed an idle connection as the call went out. A write may have been done, a read does not matter.
  return attempt.tries === 1 && attempt.method === 'GET' && isConnectionLost(error) ? 0 : undefined
}

function askedWait({ status, retryAfterMs }: KubeError, tries: number): number | undefined {
  if (status === 429) return retryAfterMs ?? FIRST_WAIT_MS * 2 ** (tries - 1)
  return status === 503 ? retryAfterMs : undefined
}

const LOST: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])

function isConnectionLost({ cause }: KubeError): boolean {
  return cause instanceof Error && 'code' in cause && LOST.has(cause.code)
}

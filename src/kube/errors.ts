/** An answer of the API server that is no success, or none. */

export class KubeError extends Error {
  override readonly name = 'KubeError'
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number
  /** `Status.reason`: NotFound, AlreadyExists, Conflict, Expired, ...; undefined where the body has none. */
  readonly reason: string | undefined
  /** What Retry-After asks for, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(
    message: string,
    {
      status,
      reason,
      retryAfterMs,
      cause,
    }: { status: number; reason?: string; retryAfterMs?: number; cause?: unknown },
  ) {
    super(message, { cause })
    this.status = status
    this.reason = reason
    this.retryAfterMs = retryAfterMs
  }
}

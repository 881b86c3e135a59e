/** An answer of the API server that is no success, or none. */

export class KubeError extends Error {
  override readonly name = 'KubeError'
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number
  /**
   * `Status.reason`: NotFound, AlreadyExists, Conflict, Expired, ...; undefined where the body has none. Without an
   * answer one of ours: Timeout, Unreachable, Aborted, NotLeader, Malformed, TooLarge.
   */
  readonly reason: string | undefined
  /** Reasons of the causes: NamespaceTerminating, ResourceVersionTooLarge, FieldManagerConflict, ... */
  readonly causes: readonly string[]
  /** What Retry-After asks for, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(message: string, facts: KubeErrorFacts) {
    super(message, { cause: facts.cause })
    this.status = facts.status
    this.reason = facts.reason
    this.causes = facts.causes ?? []
    this.retryAfterMs = facts.retryAfterMs
  }
}

export interface KubeErrorFacts {
  readonly status: number
  readonly reason?: string | undefined
  readonly causes?: readonly string[]
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}

/** A version of the past that the server no longer has, or one that it has not yet: only a new list helps. */
export function isExpired(error: unknown): boolean {
  return error instanceof KubeError && (error.status === 410 || error.causes.includes('ResourceVersionTooLarge'))
}

/** A write into a namespace that is being deleted: trying again is of no use. */
export function isTerminating(error: unknown): boolean {
  return error instanceof KubeError && error.status === 403 && error.causes.includes('NamespaceTerminating')
}

/** The answer was larger than what is read of one. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof KubeError && error.reason === 'TooLarge'
}

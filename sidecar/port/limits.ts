/** What one connection, and all of them, may take of a port before a request is in (docs/spec/wire.md, Limits of a connection). */

export interface PortLimits {
  /** Time for a request's head to arrive. */
  readonly headMs: number
  /** Time for a whole request to arrive, long enough for uploads over slow lines: one that never ends must have an end. */
  readonly requestMs: number
  /** How often late heads and requests are looked for. */
  readonly checkMs: number
  /** Longer than clients keep their own idle connections, so that the clients close them. */
  readonly keepAliveMs: number
  /** More connections are closed as they come. Measured: an idle one takes 10 KB, an unfinished head twice its size. */
  readonly maxConnections: number
}

export const PORT_LIMITS: PortLimits = {
  headMs: 60_000,
  requestMs: 6 * 3_600_000,
  checkMs: 10_000,
  keepAliveMs: 75_000,
  maxConnections: 5000,
}

/** Of the request line, names and values; Node does not count what stands between them. */
export const MAX_HEAD_BYTES = 64 * 1024

/** Node would drop the headers beyond this number, in silence: such a request is refused. */
export const MAX_HEADERS = 2000

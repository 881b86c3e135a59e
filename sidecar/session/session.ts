/** Identifies a call's session (docs/spec/routing.md, Session identity), and decides whether it is held out. */

import { hash } from 'node:crypto'
import type { ReadBody, RequestFacts, SessionFacts } from '../../src/core/dialect/index.ts'

/** Hexadecimal digits of an identity: 64 bits, enough to keep apart all sessions that one pod will ever see. */
const DIGITS = 16

const BUCKETS = 2 ** 32

type Headers = Readonly<Record<string, string | string[] | undefined>>

/** The sessions of earlier replies. */
export interface SessionsOfReplies {
  /** The session of the reply with this id; undefined where it is not known. */
  sessionOf(replyId: string): string | undefined
}

/** The parts of a request that identify its session. */
export interface SessionSource extends Pick<ReadBody, 'opening'> {
  readonly facts: Pick<RequestFacts, 'session'>
}

/**
 * A hash that is the same for every call of a session. A request that continues a known reply belongs to that reply's
 * session (PC-21). Others have a hash of their own: of the header `x-m2m-session`, else of the body's `conversation`
 * or `prompt_cache_key`, else of the policy's name, the system text and the first user text.
 * @returns 16 hexadecimal digits; never text of the request
 */
export function sessionId(
  source: SessionSource,
  headers: Headers,
  policyName: string,
  replies?: SessionsOfReplies,
): string {
  const { key, previous } = source.facts.session
  const continued = previous === undefined ? undefined : replies?.sessionOf(previous)
  if (continued !== undefined) return continued
  const named = sessionHeader(headers) || key
  if (named) return idOf(`named\0${named}`)
  return idOf(`opening\0${policyName}\0${source.opening}`)
}

/** The caller's own name for its session; empty without one. */
export function sessionHeader(headers: Headers): string {
  const header = headers['x-m2m-session']
  return (Array.isArray(header) ? header[0] : header) ?? ''
}

function idOf(identity: string): string {
  return hash('sha256', identity).slice(0, DIGITS)
}

/**
 * Decides whether a session is in the share that is left unchanged. For a session the answer stays while `percent` stays;
 * a larger percentage holds out the same sessions and more. A call that continues a stored response is never held out.
 */
export function isHeldOut(id: string, percent: number, facts: Pick<SessionFacts, 'continuesResponse'>): boolean {
  if (percent <= 0 || facts.continuesResponse) return false
  return (Number.parseInt(id.slice(0, 8), 16) / BUCKETS) * 100 < percent
}

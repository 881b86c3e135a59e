/** Which session a call belongs to, and whether that session is held out (spec: policy.md, session identity). */

import { hash } from 'node:crypto'
import type { RequestFacts, SessionFacts } from '../../src/core/dialect/index.ts'
import { endOf, type JsonTape, startOf } from '../../src/core/json/index.ts'

/** Hexadecimal digits of an identity: 64 bits, enough to tell apart every session one pod will ever see. */
const DIGITS = 16

const BUCKETS = 2 ** 32

type Headers = Readonly<Record<string, string | string[] | undefined>>

/** The part of a request that was read which tells sessions apart. */
export interface SessionSource {
  readonly tape: JsonTape
  readonly facts: Pick<RequestFacts, 'session'>
}

/**
 * A hash that is the same for every call of a session: of the header `x-m2m-session`, else of the body's `conversation`
 * or `prompt_cache_key`, else of the policy's name, the system text and the first user text.
 * @returns 16 hexadecimal digits; never text of the request
 */
export function sessionId(source: SessionSource, headers: Headers, policyName: string): string {
  const { key, opening } = source.facts.session
  const header = headers['x-m2m-session']
  const named = (Array.isArray(header) ? header[0] : header) || key
  if (named) return idOf(`named\0${named}`)
  // The literals as they stand, quotes included: they keep the texts apart, and a client escapes its text alike on every turn.
  const { tape } = source
  const texts = opening.map((node) => tape.units.subarray(startOf(tape, node), endOf(tape, node)) as Uint8Array)
  return idOf(Buffer.concat([Buffer.from(`opening\0${policyName}`), ...texts]))
}

function idOf(identity: string | Uint8Array): string {
  return hash('sha256', identity).slice(0, DIGITS)
}

/**
 * Is this session among the share left untouched? The answer never changes for a session while `percent` stays, and a
 * larger percentage holds out the same sessions and more. A call that continues a response never is.
 */
export function isHeldOut(id: string, percent: number, facts: Pick<SessionFacts, 'continuesResponse'>): boolean {
  if (percent <= 0 || facts.continuesResponse) return false
  return (Number.parseInt(id.slice(0, 8), 16) / BUCKETS) * 100 < percent
}

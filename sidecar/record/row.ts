/** One recorded call as a line that `m2m replay` reads (docs/replay.md). */

import type { CallSummary } from '../telemetry/index.ts'
import { maskCredentials } from './mask.ts'

const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const BODY = Buffer.from(',"body":')
const CLOSE = Buffer.from('}\n')

export interface RecordedCall {
  readonly summary: CallSummary
  /** Scheme, host and port of the provider. */
  readonly origin: string
  /** The request's JSON as received, decoded. */
  readonly body: Uint8Array
}

/**
 * Writes the figures of a call and, last, its request body: the bytes of the client's JSON, number lexemes included, with
 * credentials masked. Line breaks between its tokens become spaces; JSON has none inside strings (RFC 8259, section 7).
 * @returns one line with its line feed; undefined for a body that cannot be masked
 */
export async function recordedRow({ summary, origin, body }: RecordedCall): Promise<Buffer | undefined> {
  const { provider, request, account, reply } = summary
  const figures = {
    time: new Date().toISOString(),
    call: summary.id,
    trace_id: summary.traceId,
    session: request?.session,
    policy: summary.policy.name,
    provider: provider?.name,
    model: request?.model,
    reply_model: reply.model,
    dialect: summary.dialect?.name,
    uri: origin + summary.path,
    status: summary.status,
    outcome: account.outcome,
    tokens: account.effective?.tokens,
    finish_reasons: reply.finishReasons,
    usage: reply.usage ?? null,
  }
  const [head, masked] = [await maskCredentials(Buffer.from(JSON.stringify(figures))), await maskCredentials(body)]
  if (head === undefined || masked === undefined) return undefined
  return Buffer.concat([head.subarray(0, -1), BODY, onOneLine(masked), CLOSE])
}

function onOneLine(json: Uint8Array): Uint8Array {
  if (!json.includes(LF) && !json.includes(CR)) return json
  return Uint8Array.from(json, (byte) => (byte === LF || byte === CR ? SPACE : byte))
}

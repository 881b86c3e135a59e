/** Replies of the engine as JSON. The bytes of a request are copied, never parsed and written again. */

import { type Report, reportJson } from '../compress/index.ts'
import { endOf, kindOf, memberOf, scanJson, startOf } from '../json/index.ts'

/** @returns JSON: `request`, with its exact bytes, and the report where there is one */
export function toJson(request: Uint8Array, report?: Report): Buffer {
  return Buffer.concat([...openJson(request, report), Buffer.from('}')])
}

/**
 * The reply to gateways that call a compressor at `/v1/compress`, in the contract that headroom's proxy set
 * (docs/engine-api.md, Gateways).
 * @returns JSON: `request` and `report`; where the request has `messages`, also these, with their exact bytes, and the
 *   counts by the names of that contract. Counts that failed are absent: the callers subtract and divide them.
 */
export function toGatewayJson(request: Uint8Array, report: Report): Buffer {
  const messages = messagesOf(request)
  if (messages === undefined) return toJson(request, report)
  const counts = JSON.stringify(countsOf(report)).slice(1)
  return Buffer.concat([...openJson(request, report), Buffer.from(',"messages":'), messages, Buffer.from(`,${counts}`)])
}

/** Everything but the closing brace. */
function openJson(request: Uint8Array, report: Report | undefined): Uint8Array[] {
  const rest = report === undefined ? '' : `,"report":${JSON.stringify(reportJson(report))}`
  return [Buffer.from('{"request":'), request, Buffer.from(rest)]
}

function messagesOf(request: Uint8Array): Uint8Array | undefined {
  const tape = scanJson(request)
  if (tape === undefined) return undefined
  const messages = memberOf(tape, 0, 'messages')
  if (kindOf(tape, messages) !== 'array') return undefined
  return request.subarray(startOf(tape, messages), endOf(tape, messages))
}

/** `ccr_hashes` names the texts that a caller may ask for again: none, because no text is kept. */
function countsOf({ tokens, techniques }: Report): object {
  return {
    ...(tokens !== undefined && {
      tokens_before: tokens.original,
      tokens_after: tokens.sent,
      tokens_saved: tokens.saved,
      compression_ratio: tokens.original === 0 ? 1 : tokens.sent / tokens.original,
    }),
    transforms_applied: Object.keys(techniques),
    ccr_hashes: [],
  }
}

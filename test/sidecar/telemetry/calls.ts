/** Finished calls for tests: a compressed chat, with the changes that a test wants. */

import type { PrefixBreak } from '../../../sidecar/prefix-breaks/index.ts'
import { accountOf, type CallSummary, type RequestSummary } from '../../../sidecar/telemetry/index.ts'
import type { Worth } from '../../../src/core/billing/index.ts'
import type { Report } from '../../../src/core/compress/index.ts'
import { dialectByName } from '../../../src/core/dialect/index.ts'

export const chat = dialectByName('openai-chat')

export const report: Report = {
  dialect: 'openai-chat',
  model: 'gpt-4o',
  profile: 'Safe',
  outcome: 'compressed',
  tokens: { original: 1000, sent: 700, saved: 300, accuracy: 'exact' },
  bytes: { original: 4000, sent: 2800 },
  blocks: { seen: 4, changed: 2, refused: 1, failopen: 1 },
  techniques: { 'json-minify': { blocks: 1, savedTokens: 100 }, columns: { blocks: 1, savedTokens: 200 } },
  changes: [],
  ms: 0.4,
}

export const request: RequestSummary = {
  model: 'gpt-4o',
  isStream: false,
  parameters: {},
  session: '0123456789abcdef',
  group: 'treated',
  failedResults: [],
  unknownForms: 0,
}

const WORTH: Worth = { tokens: 120, usd: 0.0003 }

const call: Omit<CallSummary, 'account'> = {
  id: '00f067aa0ba902b7',
  traceId: undefined,
  method: 'POST',
  path: '/v1/chat/completions',
  policy: { name: 'team-a', revision: 'abc123' },
  provider: { name: 'openai', dialect: 'openai', host: 'api.openai.com', port: 443 },
  dialect: chat,
  request,
  report,
  passthrough: undefined,
  cache: undefined,
  prefix: undefined,
  reply: {},
  mismatchPattern: undefined,
  streamEnd: undefined,
  status: 200,
  error: undefined,
  refusal: undefined,
  bytesIn: 4000,
  bytesOut: 900,
  durationMs: 300,
  firstChunkMs: undefined,
  addedMs: 0.5,
  attempts: 1,
  second: undefined,
}

export interface Different extends Partial<Omit<CallSummary, 'account'>> {
  /** Instead of the worth that usage and prices give. */
  readonly worth?: Worth
}

/** The account is computed as the sidecar computes it. */
export function callSummary({ worth = WORTH, ...different }: Different = {}): CallSummary {
  const facts = { ...call, ...different }
  const { status, error } = facts
  const replyStatus = error === 'CALLER_GONE' ? 200 : error !== undefined && status >= 500 ? undefined : status
  const hasReplyBytes = error !== 'CALLER_GONE' || facts.firstChunkMs !== undefined
  const account = accountOf({
    ...facts,
    parameters: facts.request?.parameters,
    replyStatus,
    hasReplyBytes,
    isRefused: facts.refusal !== undefined && facts.attempts === 0,
    at: new Date('2026-11-30T02:00:00Z'),
  })
  return { ...facts, account: { ...account, effective: account.effective && { ...account.effective, worth } } }
}

export function withModel(model: string, different: Different = {}): CallSummary {
  return callSummary({ request: { ...request, model, session: '0', group: undefined }, ...different })
}

export function prefixBreak(at: string, lostTokens?: number, lostUsd?: number, providerSays?: string): PrefixBreak {
  return { at, lostTokens, lostUsd, providerSays }
}

/** A call to another path: it passed, and nothing else is known. */
export function otherCall(): CallSummary {
  return callSummary({ dialect: undefined, request: undefined, report: undefined })
}

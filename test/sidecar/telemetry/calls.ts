/** Finished calls for tests: a compressed chat, and what a test wants to be different about it. */

import type { CallSummary } from '../../../sidecar/telemetry/index.ts'
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
  techniques: { 'json-minify': { blocks: 1, saved_tokens: 100 }, columns: { blocks: 1, saved_tokens: 200 } },
  changes: [],
  ms: 0.4,
}

export const request: NonNullable<CallSummary['request']> = {
  model: 'gpt-4o',
  isStream: false,
  parameters: {},
  session: '0123456789abcdef',
  group: 'treated',
}

const call: CallSummary = {
  policy: { name: 'team-a', revision: 'abc123' },
  provider: { name: 'openai', dialect: 'openai', host: 'api.openai.com', port: 443 },
  dialect: chat,
  request,
  report,
  worth: { tokens: 120, usd: 0.0003 },
  reply: {},
  status: 200,
  bytesIn: 4000,
  bytesOut: 900,
  durationMs: 300,
  addedMs: 0.5,
  attempts: 1,
}

export function callSummary(different: Partial<CallSummary> = {}): CallSummary {
  return { ...call, ...different }
}

export function withModel(model: string): CallSummary {
  return callSummary({ request: { model, isStream: false, parameters: {}, session: '0' } })
}

/** A call to a path that is not an LLM's: nothing is known but that it passed. */
export function otherCall(): CallSummary {
  const { dialect: _dialect, request: _request, report: _report, ...rest } = call
  return rest
}

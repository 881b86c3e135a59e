/** Compresses a pasted sample with the engine and the policy in force; nothing is sent or kept. */

import {
  type CompressionSettings,
  CountBudget,
  compressing,
  type Outcome,
  type ReportJson,
  techniquesJson,
} from '../../src/core/compress/index.ts'
import { type Dialect, detectDialect, dialectByName, readingBody } from '../../src/core/dialect/index.ts'
import { scanning } from '../../src/core/json/index.ts'
import type { Steps } from '../../src/core/steps.ts'
import { resolveCounter, type TokenCounter, type Vocabularies } from '../../src/core/tokenizer/index.ts'
import { inTurns } from '../in-turns.ts'

export type Preview = (sample: string) => Promise<PreviewResult>

export interface PreviewResult {
  /** A sample that is not an LLM request counts as the text of a tool result. */
  readonly kind: 'request' | 'text'
  readonly before: string
  readonly after: string
  readonly model: string | null
  readonly outcome: Outcome
  readonly tokens: { readonly original: number; readonly sent: number; readonly saved: number } | null
  readonly accuracy: string | null
  readonly techniques: ReportJson['techniques']
}

export interface PreviewDeps {
  readonly vocabularies: Vocabularies
  /** Settings of the policy in force. */
  settings(): CompressionSettings
}

/** The model whose tokens are counted for plain text. */
const MODEL = 'gpt-4o'

export function createPreview(deps: PreviewDeps): Preview {
  return (sample) => inTurns(previewing(sample, deps))
}

function* previewing(sample: string, deps: PreviewDeps): Steps<PreviewResult> {
  // In any mode of the policy: the visitor asked to see the effect of compression.
  const settings: CompressionSettings = { ...deps.settings(), mode: 'Enforce', isHeldOut: false }
  const body = Buffer.from(sample)
  const tape = yield* scanning(body)
  const dialect = tape && detectDialect(tape)
  return (
    (dialect && (yield* previewRequest(body, dialect, settings, deps))) ?? (yield* previewText(sample, settings, deps))
  )
}

function* previewRequest(
  body: Buffer,
  dialect: Dialect,
  settings: CompressionSettings,
  { vocabularies }: PreviewDeps,
): Steps<PreviewResult | undefined> {
  const read = yield* readingBody(body, dialect)
  if (read === undefined) return undefined
  const { model } = read.facts
  const compressed = yield* compressing(read, settings, resolveCounter(model, dialect.provider, vocabularies))
  const { outcome, tokens, techniques } = compressed.report
  return {
    kind: 'request',
    before: body.toString(),
    after: Buffer.from(compressed.body).toString(),
    model: model ?? null,
    outcome,
    tokens: tokens ?? null,
    accuracy: tokens?.accuracy ?? null,
    techniques: techniquesJson(techniques),
  }
}

/** The text travels as a tool's result, as an agent would send it. */
function* previewText(
  sample: string,
  settings: CompressionSettings,
  { vocabularies }: PreviewDeps,
): Steps<PreviewResult> {
  const request = {
    model: MODEL,
    messages: [
      { role: 'user', content: '' },
      {
        role: 'assistant',
        tool_calls: [{ id: 'preview', type: 'function', function: { name: 'preview', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'preview', content: sample },
    ],
  }
  const counter = resolveCounter(MODEL, 'openai', vocabularies)
  const read = yield* readingBody(Buffer.from(JSON.stringify(request)), dialectByName('openai-chat'))
  const compressed = read && (yield* compressing(read, settings, counter))
  const after = compressed === undefined ? sample : resultOf(compressed.body)
  const { isEstimate, ...tokens } = yield* tokensOf(sample, after, counter)
  return {
    kind: 'text',
    before: sample,
    after,
    model: null,
    outcome: compressed?.report.outcome ?? 'passthrough',
    tokens,
    accuracy: isEstimate ? 'heuristic' : counter.accuracy,
    techniques: techniquesJson(compressed?.report.techniques ?? {}),
  }
}

function resultOf(body: Uint8Array): string {
  const request = JSON.parse(Buffer.from(body).toString()) as { messages: { content: string }[] }
  return request.messages.at(-1)?.content ?? ''
}

function* tokensOf(
  before: string,
  after: string,
  counter: TokenCounter,
): Steps<NonNullable<PreviewResult['tokens']> & { readonly isEstimate: boolean }> {
  const budget = new CountBudget()
  const original = yield* budget.count(counter, { what: 'content', text: before, isWhole: false })
  // The same text has the same tokens, also by an estimate.
  const sent =
    after === before ? original : yield* budget.count(counter, { what: 'content', text: after, isWhole: false })
  const saved = original.tokens - sent.tokens
  return { original: original.tokens, sent: sent.tokens, saved, isEstimate: original.isEstimate || sent.isEstimate }
}

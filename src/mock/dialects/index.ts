/** The dialects that the mock can answer in. Their paths and stream framing are those of core's registry. */

import { callPathOf, type Dialect, dialects, PROVIDER_APIS } from '../../core/dialect/index.ts'
import { route } from '../../core/policy/index.ts'
import type { MockRequest } from '../request.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import type { MockDialect, MockError } from './dialect.ts'
import { ollamaChat, ollamaGenerate } from './ollama.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiCompletions } from './openai-completions.ts'
import { openaiResponses } from './openai-responses.ts'

export type { MockDialect, MockError } from './dialect.ts'

const MOCKS: ReadonlyMap<string, MockDialect> = new Map([
  ['openai-chat', openaiChat],
  ['openai-responses', openaiResponses],
  ['anthropic-messages', anthropicMessages],
  ['ollama-chat', ollamaChat],
  ['ollama-generate', ollamaGenerate],
  ['openai-completions', openaiCompletions],
])

/** A call of a model. */
export interface MockCall {
  readonly dialect: Dialect
  /** Undefined for a dialect that the mock has no replies for: such a call gets 501. */
  readonly mock: MockDialect | undefined
}

/** @returns undefined when the path is not a call of a model */
export function callOf(path: string): MockCall | undefined {
  const { dialect, door } = callPathOf(path)?.call ?? {}
  if (dialect === undefined || door !== undefined) return undefined
  return { dialect, mock: MOCKS.get(dialect.name) }
}

/** An error body as the API of this request writes it. */
export function errorBody(request: Pick<MockRequest, 'url' | 'path' | 'headers'>, error: MockError): unknown {
  const { dialect: provider } = route(
    { providers: [] },
    { method: 'POST', target: request.url, headers: request.headers },
  )
  const mock = callOf(request.path)?.mock ?? MOCKS.get(dialects.find((each) => each.provider === provider)?.name ?? '')
  return mock?.error(error) ?? PROVIDER_APIS[provider].errorBody({ ...error, code: 'MOCK' })
}

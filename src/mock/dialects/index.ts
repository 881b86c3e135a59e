/** The dialects the mock speaks, told apart by the end of the path. */

import { anthropicMessages } from './anthropic-messages.ts'
import type { MockDialect } from './dialect.ts'
import { ollamaChat, ollamaGenerate } from './ollama.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiResponses } from './openai-responses.ts'

export type { MockDialect, MockError } from './dialect.ts'
export { openaiError } from './openai-error.ts'

const DIALECTS: readonly MockDialect[] = [openaiChat, openaiResponses, anthropicMessages, ollamaChat, ollamaGenerate]

/** @returns undefined when the path is not a call of a model */
export function dialectOf(path: string): MockDialect | undefined {
  return DIALECTS.find((dialect) => dialect.isCall(path))
}

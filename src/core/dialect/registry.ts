/** Every dialect there is. Adding one: its file, a line here, a line in the contract test, its fixtures. */

import { anthropicMessages } from './anthropic-messages.ts'
import type { Dialect, DialectName } from './dialect.ts'
import { ollamaChat } from './ollama-chat.ts'
import { ollamaGenerate } from './ollama-generate.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiResponses } from './openai-responses.ts'

export const dialects: readonly Dialect[] = [openaiChat, openaiResponses, anthropicMessages, ollamaChat, ollamaGenerate]

/** @param path repaired, without query and provider prefix: `/v1/chat/completions` */
export function dialectForPath(path: string): Dialect | undefined {
  return dialects.find((dialect) => dialect.matches(path))
}

export function dialectByName(name: DialectName): Dialect {
  return dialects.find((dialect) => dialect.name === name) as Dialect
}

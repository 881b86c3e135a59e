/** All dialects. docs/extending.md lists the steps for a new one. */

import { anthropicMessages } from './anthropic-messages.ts'
import type { Dialect, Door } from './dialect.ts'
import { ollamaChat } from './ollama-chat.ts'
import { ollamaGenerate } from './ollama-generate.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiCompletions } from './openai-completions.ts'
import { openaiResponses } from './openai-responses.ts'

const TABLE = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
  'ollama-chat': ollamaChat,
  'ollama-generate': ollamaGenerate,
  'openai-completions': openaiCompletions,
}

export type DialectName = keyof typeof TABLE

export const dialects: readonly Dialect[] = Object.values(TABLE)

/** @param path repaired, without query and provider prefix: `/v1/chat/completions` */
export function dialectForPath(path: string): Dialect | undefined {
  return dialects.find((dialect) => dialect.path === path)
}

export interface LlmCall {
  readonly dialect: Dialect
  /** Undefined for a call that a model answers. */
  readonly door?: Door
}

export function dialectByName(name: DialectName): Dialect {
  return TABLE[name]
}

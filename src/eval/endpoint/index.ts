import { anthropic } from './anthropic.ts'
import type { EvalDialect } from './dialect.ts'
import { ollama } from './ollama.ts'
import { openai } from './openai.ts'

export { createEndpoint, type Endpoint } from './client.ts'
export type { Answer, EvalDialect, Prompt } from './dialect.ts'
export { CallFailure } from './failure.ts'

export const EVAL_DIALECTS: readonly EvalDialect[] = [openai, anthropic, ollama]

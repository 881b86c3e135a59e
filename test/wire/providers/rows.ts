/** The calls that try each line of the table in docs/providers.md. */

import { join } from 'node:path'
import { type InstalledClients, installClients } from '../../support/clients/install.ts'
import { installWheels } from '../../support/python/install.ts'
import { anthropicCalls } from './anthropic-calls.ts'
import type { ProviderCall } from './calls.ts'
import { azureCalls, besideApi, openaiCalls, versionedOpenaiCalls } from './openai-calls.ts'
import {
  bedrockCalls,
  bedrockClaudeCalls,
  boto3Calls,
  geminiCalls,
  groqCalls,
  mistralCalls,
  ollamaCalls,
  vertexClaudeCalls,
  vertexGeminiCalls,
} from './sdk-calls.ts'

/** The calls; or the reason why this machine has not got their client. */
type RowCalls = () => Promise<readonly ProviderCall[] | string>

/** By the first cell of a line. */
export const ROWS: Readonly<Record<string, RowCalls>> = {
  OpenAI: async () => openaiCalls('chat', 'streamed chat', 'responses', 'completions', 'embeddings', 'models'),
  'Azure OpenAI, deployments': async () => azureCalls('chat', 'streamed chat', 'responses', 'embeddings', 'models'),
  'Azure OpenAI, v1': async () => openaiCalls('chat', 'responses', 'embeddings', 'models'),
  'Azure AI services': async () => versionedOpenaiCalls('chat', 'streamed chat', 'embeddings'),
  Anthropic: async () => anthropicCalls('messages', 'streamed messages', 'token counts', 'models'),
  'Gemini, OpenAI form': async () => openaiCalls('chat', 'embeddings', 'models'),
  'Bedrock, OpenAI form': async () => openaiCalls('chat'),
  Ollama: async () => ollamaCalls(),
  'Ollama, OpenAI form': async () => openaiCalls('chat', 'streamed chat', 'models'),
  vLLM: async () => [
    ...openaiCalls('chat', 'responses', 'completions', 'models'),
    besideApi('post', '/tokenize'),
    besideApi('get', '/health'),
  ],
  'llama.cpp': async () => [...openaiCalls('chat', 'responses', 'completions', 'models'), besideApi('get', '/props')],
  'LM Studio': async () => [
    ...openaiCalls('chat', 'responses', 'completions', 'models'),
    besideApi('get', '/api/v0/models'),
  ],
  OpenRouter: async () => openaiCalls('chat', 'streamed chat', 'responses', 'embeddings', 'models'),
  DeepSeek: async () => openaiCalls('chat', 'streamed chat', 'models'),
  'GitHub Models': async () => openaiCalls('chat', 'embeddings'),
  Databricks: async () => openaiCalls('chat', 'embeddings'),
  'Cloudflare AI Gateway, OpenAI': async () => openaiCalls('chat', 'responses', 'embeddings'),
  'Cloudflare AI Gateway, Anthropic': async () => anthropicCalls('messages', 'streamed messages', 'token counts'),
  'Gemini, native': withSdks(geminiCalls),
  'Vertex AI, Gemini': withSdks(vertexGeminiCalls),
  'Vertex AI, Claude': withSdks(vertexClaudeCalls),
  'Bedrock, key': withSdks(bedrockCalls),
  'Bedrock, key, boto3': async () => {
    const requirements = join(import.meta.dirname, '../../support/clients/boto3/requirements.txt')
    const installed = await installWheels('boto3', requirements)
    return 'reason' in installed ? installed.reason : boto3Calls(installed.env)
  },
  'Bedrock, Claude, key': withSdks(bedrockClaudeCalls),
  Groq: withSdks(groqCalls),
  Mistral: withSdks(mistralCalls),
}

function withSdks(callsOf: (sdks: InstalledClients) => readonly ProviderCall[]): RowCalls {
  return async () => {
    const sdks = await installClients('sdks')
    return typeof sdks === 'string' ? sdks : callsOf(sdks)
  }
}

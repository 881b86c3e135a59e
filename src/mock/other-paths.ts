/** Answers on paths that are not LLM calls: embeddings, model lists, token counting, Ollama's own paths. */

import { errorBody } from './dialects/index.ts'
import { asRecord, type MockRequest } from './request.ts'

const MODELS = ['gpt-4o', 'gpt-5', 'claude-sonnet-4-6', 'llama3.2:3b']
const BORN = '2025-01-01T00:00:00Z'

type Answerer = (request: MockRequest, tokens: number) => { status: number; body: unknown }

const ANSWERERS: readonly [pattern: RegExp, answer: Answerer][] = [
  [/\/embeddings$/, (request, tokens) => ok(embeddings(asRecord(request.json), tokens))],
  [/\/messages\/count_tokens$/, (_, tokens) => ok({ input_tokens: tokens })],
  [/\/models$/, (request) => ok(modelList(request))],
  [/\/models\/[^/]+$/, (request) => ok(model(decodeURIComponent(request.path.split('/').at(-1) ?? ''), request))],
  [/\/api\/tags$/, () => ok({ models: MODELS.map(tag) })],
  [/\/api\/version$/, () => ok({ version: '0.13.0' })],
  [/\/api\/show$/, (request) => ok(show(String(asRecord(request.json)['model'] ?? 'mock')))],
]

/** A JSON answer; 404 for a path that the mock does not know. */
export function answerOther(request: MockRequest, tokens: number): { status: number; body: unknown } {
  const found = ANSWERERS.find(([pattern]) => pattern.test(request.path))
  if (found !== undefined) return found[1](request, tokens)
  const error = { status: 404, message: `no such path: ${request.method} ${request.path}` }
  return { status: 404, body: errorBody(request, error) }
}

function ok(body: unknown): { status: number; body: unknown } {
  return { status: 200, body }
}

function embeddings(request: Readonly<Record<string, unknown>>, tokens: number): unknown {
  const inputs = Array.isArray(request['input']) ? request['input'] : [request['input']]
  const isBase64 = request['encoding_format'] === 'base64'
  return {
    object: 'list',
    data: inputs.map((input, index) => {
      const vector = embed(JSON.stringify(input) ?? '')
      const embedding = isBase64 ? Buffer.from(vector.buffer).toString('base64') : [...vector]
      return { object: 'embedding', index, embedding }
    }),
    model: request['model'] ?? 'mock',
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  }
}

/** Eight numbers that depend on every character; exact in 32-bit floats, so that both encodings are equal. */
function embed(text: string): Float32Array<ArrayBuffer> {
  const vector = new Float32Array(8)
  for (let i = 0; i < text.length; i++) vector[i % 8] = ((vector[i % 8] ?? 0) + text.charCodeAt(i) / 65_536) % 1
  return vector
}

/** Anthropic's clients use the same path; the header that they must send identifies them. */
function isAnthropic(request: MockRequest): boolean {
  return request.headers['anthropic-version'] !== undefined
}

function modelList(request: MockRequest): unknown {
  const data = MODELS.map((id) => model(id, request))
  return isAnthropic(request)
    ? { data, has_more: false, first_id: MODELS[0], last_id: MODELS.at(-1) }
    : { object: 'list', data }
}

function model(id: string, request: MockRequest): unknown {
  if (isAnthropic(request)) return { type: 'model', id, display_name: id, created_at: BORN }
  return { id, object: 'model', created: Date.parse(BORN) / 1000, owned_by: 'mock' }
}

function tag(name: string): unknown {
  return { name, model: name, modified_at: BORN, size: 2_019_393_189, digest: 'a80c4f17acd5', details: details() }
}

function details(): unknown {
  return {
    parent_model: '',
    format: 'gguf',
    family: 'llama',
    families: ['llama'],
    parameter_size: '3.2B',
    quantization_level: 'Q4_K_M',
  }
}

function show(name: string): unknown {
  return {
    modelfile: `FROM ${name}\n`,
    parameters: '',
    template: '{{ .Prompt }}',
    details: details(),
    model_info: {},
    capabilities: ['completion', 'tools'],
    modified_at: BORN,
  }
}

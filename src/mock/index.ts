/** A scriptable LLM (OpenAI, Anthropic, Ollama) for the demo, the tests and the benchmarks. */

export { type Answer, DEFAULT_ANSWER, pieces } from './answer.ts'
export { type Mock, type MockOptions, startMock } from './mock.ts'
export type { MockRequest } from './request.ts'
export type { Step } from './script.ts'

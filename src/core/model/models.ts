/** The models that people ask for by name, kept by hand; any other of a known family resolves as well. */

export const KNOWN_MODELS: readonly string[] = [
  // OpenAI
  ...['gpt-5.6', 'gpt-5.5', 'gpt-5.4', 'gpt-5.4-mini', 'gpt-5.2', 'gpt-5.1', 'gpt-5', 'gpt-5-mini', 'gpt-5-nano'],
  ...['gpt-4.1', 'gpt-4.1-mini', 'gpt-4.1-nano', 'gpt-4o', 'gpt-4o-mini', 'o1', 'o3', 'o3-mini', 'o4-mini'],
  ...['gpt-4-turbo', 'gpt-4', 'gpt-3.5-turbo', 'text-embedding-3-large', 'text-embedding-3-small'],
  ...['gpt-oss-120b', 'gpt-oss-20b', 'gpt-oss'],
  // Anthropic
  ...['claude-fable-5', 'claude-mythos-5', 'claude-opus-5', 'claude-sonnet-5', 'claude-opus-4-8', 'claude-opus-4-7'],
  ...['claude-opus-4-6', 'claude-sonnet-4-6', 'claude-opus-4-5', 'claude-sonnet-4-5', 'claude-haiku-4-5'],
  ...['claude-opus-4-1', 'claude-opus-4', 'claude-sonnet-4', 'claude-3-7-sonnet', 'claude-3-5-haiku'],
  // Others
  ...['gemini-2.5-pro', 'gemini-2.5-flash', 'gemini-2.5-flash-lite', 'gemma3'],
  ...['llama-4-maverick', 'llama-4-scout', 'llama3.3', 'llama3.2', 'llama3.1'],
  ...['mistral-large', 'mistral-medium', 'mistral-small', 'mistral', 'codestral', 'devstral'],
  ...['qwen3', 'qwen3-coder', 'qwen2.5', 'deepseek-chat', 'deepseek-reasoner', 'deepseek-r1', 'deepseek-v4-flash'],
  ...['grok-4', 'command-r', 'command-a', 'nova-pro', 'nova-lite', 'phi4', 'glm-5.2', 'glm-4.7', 'kimi-k2'],
]

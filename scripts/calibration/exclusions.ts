/** Which recorded calls say nothing of how text is billed: those billed for more, or for less, than what we can count. */

type Fields = Readonly<Record<string, unknown>>

const TEXT = new Set(['text', 'input_text', 'output_text', 'message', 'refusal'])
const CALLS = new Set(['function', 'function_call', 'function_call_output', 'tool_use', 'tool_result'])
const MEDIA = /image|audio|video|document|file|upload/
const THINKING = /thinking|reasoning/
/** What a tool may say about itself without its being billed otherwise (or, when its loading is deferred, not at all). */
const TOOL_MEMBERS = new Set([
  'type',
  'name',
  'description',
  'input_schema',
  'parameters',
  'function',
  'strict',
  'cache_control',
])
/** Members of a body that bring text of the provider's own, or take the conversation from its store. */
const STORED = ['previous_response_id', 'conversation', 'container', 'context_management']

/** @returns why the body is of no use for a calibration; undefined when it is */
export function exclusionOf(body: Fields): string | undefined {
  if (STORED.some((name) => isSet(body[name]))) return 'state at the provider'
  if (isThinking(body)) return 'thinking'
  if (hasOutputSchema(body)) return 'output schema'
  return toolsExclusion(body) ?? partsExclusion(body)
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

/** Thinking that is asked for by name comes with instructions of the provider's own. */
function isThinking(body: Fields): boolean {
  const thinking = fields(body['thinking'])['type']
  return (thinking !== undefined && thinking !== 'disabled') || isSet(fields(body['reasoning'])['mode'])
}

function hasOutputSchema(body: Fields): boolean {
  const formats = [
    body['response_format'],
    body['output_format'],
    fields(body['text'])['format'],
    fields(body['output_config'])['format'],
  ]
  return formats.some((format) => isSet(format) && fields(format)['type'] !== 'text')
}

function toolsExclusion(body: Fields): string | undefined {
  if (isSet(body['mcp_servers']) || isSet(body['web_search_options'])) return 'tools at the provider'
  for (const tool of list(body['tools']).map(fields)) {
    const type = tool['type'] ?? 'custom'
    if (type !== 'function' && !(type === 'custom' && 'input_schema' in tool)) return 'tools at the provider'
    const members = [...Object.keys(tool), ...Object.keys(fields(tool['function']))]
    if (members.some((name) => !TOOL_MEMBERS.has(name))) return 'tools billed otherwise'
  }
  return undefined
}

function partsExclusion(body: Fields): string | undefined {
  const messages = [...list(body['messages']), ...list(body['input'])].map(fields)
  if (messages.some((message) => isSet(message['reasoning_content']) || isSet(message['reasoning']))) return 'thinking'
  const foreign = messages.flatMap(typesIn).find((type) => !TEXT.has(type) && !CALLS.has(type))
  if (foreign === undefined) return undefined
  if (THINKING.test(foreign)) return 'thinking'
  return MEDIA.test(foreign) ? 'media' : 'tools at the provider'
}

/** The types of a message, of its parts and of what stands in a result. */
function typesIn(item: Fields): string[] {
  const own = typeof item['type'] === 'string' ? [item['type']] : []
  const parts = [...list(item['content']), ...list(item['output'])].map(fields)
  return [...own, ...parts.flatMap(typesIn)]
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

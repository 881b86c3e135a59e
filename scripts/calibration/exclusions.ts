/**
 * Excludes recorded calls from a calibration: calls that are billed for more, or less, than the text that M2M counts.
 */

export type Fields = Readonly<Record<string, unknown>>

const TEXT = new Set(['text', 'input_text', 'output_text', 'message', 'refusal'])
const CALLS = new Set(['function', 'function_call', 'function_call_output', 'tool_use', 'tool_result'])
const MEDIA = /image|audio|video|document|file|upload/
const THINKING = /thinking|reasoning/
/**
 * Members of a tool that do not change its billing. A tool with deferred loading, for example, is not billed at all.
 */
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
/** Members of a body that add text of the provider, or continue a conversation stored there. */
const STORED = ['previous_response_id', 'conversation', 'container', 'context_management']

/** @returns the reason for excluding the body; undefined when it can be used */
export function exclusionOf(body: Fields): string | undefined {
  if (STORED.some((name) => isSet(body[name]))) return 'state at the provider'
  if (isThinking(body)) return 'thinking'
  if (hasOutputSchema(body)) return 'output schema'
  return toolsExclusion(body) ?? partsExclusion(body)
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

/** Thinking that is requested by name adds instructions of the provider. */
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

/** The types of a message, of its parts and of the parts of results. */
function typesIn(item: Fields): string[] {
  const own = typeof item['type'] === 'string' ? [item['type']] : []
  const parts = [...list(item['content']), ...list(item['output'])].map(fields)
  return [...own, ...parts.flatMap(typesIn)]
}

/** @returns an empty object for any other value */
export function fields(value: unknown): Fields {
  return isObject(value) ? value : {}
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

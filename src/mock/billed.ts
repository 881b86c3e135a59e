/** The tokens of a request that a provider would bill: message text, calls and tool definitions; names and media not. */

const BILLED_MEMBERS = ['system', 'instructions', 'messages', 'input', 'prompt']
const NOT_TEXT = new Set(
  (
    'type role id name status model tool_call_id tool_use_id call_id tool_name signature data ' +
    'encrypted_content file_id media_type detail url image_url images source cache_control'
  ).split(' '),
)

/** @param countTokens applied to each text by itself */
export function billedTokens(
  request: Readonly<Record<string, unknown>>,
  countTokens: (text: string) => number,
): number {
  const texts = BILLED_MEMBERS.flatMap((name) => textsOf(request[name]))
  if (request['tools'] !== undefined) texts.push(JSON.stringify(request['tools']))
  return texts.reduce((sum, text) => sum + countTokens(text), 0)
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap(textsOf)
  return Object.entries(value).flatMap(([name, member]) => (NOT_TEXT.has(name) ? [] : textsOf(member)))
}

/** Four characters to a token: accurate enough for a reply's `usage` when no real counter is given. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 4)
}

/** Brings the many ways of naming a model down to one: `openai/gpt-4o-2024-08-06` is `gpt-4o`. */

/** Before the model's own name, dotted: Bedrock's regions and vendors. */
const LABELS = new Set([
  ...['us', 'us-gov', 'eu', 'apac', 'jp', 'au', 'ca', 'global'],
  ...['anthropic', 'amazon', 'cohere', 'deepseek', 'google', 'meta', 'minimax', 'mistral', 'moonshot', 'moonshotai'],
  ...['nvidia', 'openai', 'qwen', 'xai', 'zai'],
])

/** `-2024-08-06`, `-20250514`, `-0613`, Bedrock's `-v1`, `-latest`; each may stand before another. */
const SUFFIX = /-(?:\d{4}-\d{2}-\d{2}|\d{8}|\d{4}|v\d|latest)$/

/** OpenAI's `ft:<base model>:<organisation>:<suffix>:<id>`. */
const FINE_TUNED = /^(?:[^:]*\/)?ft:/

export interface ReadName {
  /** Without what says where it is served, when it was made or how it was tuned or quantised, in lower case. */
  readonly name: string
  /** The same, with its date or version where it has one. */
  readonly dated: string
  readonly isTuned: boolean
}

/** Works on short names; the caller bounds them. */
export function readName(given: string): ReadName {
  const whole = given.trim().toLowerCase()
  const untuned = whole.replace(FINE_TUNED, '')
  const own = untuned.slice(untuned.lastIndexOf('/') + 1)
  const dated = withoutLabels(beforeFirst(beforeFirst(own, ':'), '@'))
  let name = dated
  while (SUFFIX.test(name)) name = name.replace(SUFFIX, '')
  if (name.startsWith('claude')) name = name.replaceAll('.', '-')
  return { name, dated, isTuned: untuned !== whole }
}

function beforeFirst(name: string, separator: string): string {
  const index = name.indexOf(separator)
  return index < 0 ? name : name.slice(0, index)
}

function withoutLabels(name: string): string {
  const dot = name.indexOf('.')
  return dot > 0 && LABELS.has(name.slice(0, dot)) ? withoutLabels(name.slice(dot + 1)) : name
}

/** Normalises model names: `openai/gpt-4o-2024-08-06` becomes `gpt-4o`. */

/** Bedrock's regions and vendors, which stand before the model's own name, each with a dot. */
const LABELS = new Set([
  ...['us', 'us-gov', 'eu', 'apac', 'jp', 'au', 'ca', 'global'],
  ...['anthropic', 'amazon', 'cohere', 'deepseek', 'google', 'meta', 'minimax', 'mistral', 'moonshot', 'moonshotai'],
  ...['nvidia', 'openai', 'qwen', 'xai', 'zai'],
])

/** `-2024-08-06`, `-20250514`, `-0613`, Bedrock's `-v1`, `-latest`; several may follow each other. */
const SUFFIX = /-(?:\d{4}-\d{2}-\d{2}|\d{8}|\d{4}|v\d|latest)$/

/** OpenAI's `ft:<base model>:<organisation>:<suffix>:<id>`. */
const FINE_TUNED = /^(?:[^:]*\/)?ft:/

export interface ReadName {
  /** In lower case, without provider, date, version, tuning and quantisation. */
  readonly name: string
  /** The same, with its date or version if it has one. */
  readonly dated: string
  readonly isTuned: boolean
}

/** @param given a short name: the caller limits its length */
export function readName(given: string): ReadName {
  const whole = given.trim().toLowerCase()
  const untuned = whole.replace(FINE_TUNED, '')
  const own = untuned.slice(untuned.lastIndexOf('/') + 1)
  const plain = withoutLabels(beforeFirst(beforeFirst(own, ':'), '@'))
  const dated = plain.startsWith('claude') ? plain.replaceAll('.', '-') : plain
  let name = dated
  while (SUFFIX.test(name)) name = name.replace(SUFFIX, '')
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

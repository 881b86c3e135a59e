/** A value as text that is equal for values that a provider does not tell apart. */

/** Members whose value is the caller's own JSON: there only the order of keys does not count. */
const OPAQUE = new Set(['input', 'input_schema', 'parameters', 'output_schema', 'schema'])

/**
 * Sorts keys; leaves out `null`, `is_error: false` and the marks of prompt caches.
 * Numbers are equal by value (`1.0` is `1`), because the body was parsed.
 */
export function canonical(value: unknown, isOpaque = false): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, isOpaque)).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([name, member]) => isOpaque || counts(name, member))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member, isOpaque || OPAQUE.has(name))}`)
  return `{${members.join()}}`
}

function counts(name: string, member: unknown): boolean {
  if (member === null || member === undefined) return false
  if (name === 'cache_control' || name === 'prompt_cache_breakpoint') return false
  return !(name === 'is_error' && member === false)
}

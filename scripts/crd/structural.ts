/**
 * A JSON schema of the policy as a structural schema of a CustomResourceDefinition, which knows fewer words (Kubernetes,
 * "Specifying a structural schema").
 */

/** A node of the schema, with the keywords of `src/core/policy/schema.ts`. */
export interface Node {
  readonly [keyword: string]: unknown
  readonly properties?: Readonly<Record<string, Node>>
  readonly items?: Node
  readonly additionalProperties?: Node | boolean
  readonly description?: string
  readonly default?: unknown
  readonly defaultText?: string
  readonly effect?: string
  readonly localOnly?: boolean
}

export interface Structural {
  [keyword: string]: unknown
  properties?: Record<string, Structural>
  items?: Structural
  'x-kubernetes-validations'?: object[]
}

const KEPT = new Set([
  ...['type', 'required', 'pattern', 'minimum', 'maximum'],
  ...['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'],
])

/** Words for readers, or for the one in this process. */
const DROPPED = new Set([
  ...['description', 'default', 'defaultText', 'effect', 'expected', 'examples'],
  ...['later', 'laterValues', 'localOnly', 'localValues'],
])

/**
 * @param path for messages, and to find the place in `keepsDefault`
 * @throws Error for a keyword that has no translation
 */
export function structural(node: Node, path: string, keepsDefault: (path: string) => boolean): Structural {
  const out: Structural = {}
  const description = descriptionOf(node, keepsDefault(path))
  if (description !== '') out['description'] = description
  for (const [key, value] of Object.entries(node))
    Object.assign(out, translated(key, value, { node, path, keepsDefault }))
  if (keepsDefault(path)) out['default'] = node.default
  if (out['type'] === undefined && Array.isArray(out['enum'])) out['type'] = typeof out['enum'][0]
  return out
}

/** Defaults that are not the CRD's stand in words, for `kubectl explain`. */
function descriptionOf({ description = '', default: value, defaultText, effect }: Node, keeps: boolean): string {
  const byDefault = defaultText ?? (value === undefined ? undefined : String(value))
  const said = byDefault === undefined || keeps ? '' : `Default: ${byDefault}.`
  return [description, said, effect === 'next pod' ? 'For pods that are made after an edit.' : '']
    .filter(Boolean)
    .join(' ')
}

interface Place {
  readonly node: Node
  readonly path: string
  keepsDefault(path: string): boolean
}

function translated(key: string, value: unknown, { node, path, keepsDefault }: Place): Structural {
  const below = (child: Node, step: string): Structural => structural(child, `${path}${step}`, keepsDefault)
  switch (key) {
    case 'properties':
      return { properties: members(node, below) }
    case 'items':
      return { items: below(value as Node, '[]'), ...listType(node) }
    case 'additionalProperties':
      // Pruning and strict decoding do what `false` says; beside properties the word is refused.
      return value === false ? {} : { additionalProperties: below(value as Node, '.*') }
    case 'enum':
      return { enum: (value as unknown[]).filter((each) => !listOf(node['localValues']).includes(each)) }
    case 'const':
      return { enum: [value] }
    case 'uniqueItems':
      return {}
    case 'type':
      return typeOf(value)
    default:
      if (KEPT.has(key)) return { [key]: value }
      if (DROPPED.has(key)) return {}
      throw new Error(`${path}: the keyword ${key} has no translation`)
  }
}

function members(
  { properties = {} }: Node,
  below: (child: Node, step: string) => Structural,
): Record<string, Structural> {
  const shared = Object.entries(properties).filter(([, child]) => child.localOnly !== true)
  return Object.fromEntries(shared.map(([name, child]) => [name, below(child, `.${name}`)]))
}

/** One list has one owner. As a map, server-side apply would merge two owners' items, in an order that nobody wrote. */
function listType(node: Node): Structural {
  if (node['type'] !== 'array') return {}
  return { 'x-kubernetes-list-type': node['uniqueItems'] === true ? 'set' : 'atomic' }
}

/** Unions have two forms. The second reads only what its keywords fit; an object, which could hold anything, must be empty. */
function typeOf(type: unknown): Structural {
  if (!Array.isArray(type)) return { type }
  if (type.join() === 'integer,string') return { 'x-kubernetes-int-or-string': true }
  return { 'x-kubernetes-preserve-unknown-fields': true, maxProperties: 0 }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

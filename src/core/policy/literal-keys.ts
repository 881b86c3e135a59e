/**
 * Finds keys that stand in a policy object. No field takes one, but a string may hold one all the same, and the API server
 * keeps what it pruned in the annotation that `kubectl apply` writes. Places are named, never the key.
 */

import { credentialsIn, isSecretName } from '../credentials.ts'
import { formatPath } from './check.ts'
import { isWritten, type Written } from './rules.ts'

/** Where `kubectl apply` (not `--server-side`) keeps the whole document as it was sent. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** What is said of a place that `keysInPolicy` names. */
export const LITERAL_KEY = 'holds what looks like a key; take it out and rotate it'

/** More are not named: one is enough to act on. */
const MAX_PLACES = 8

/** @returns the paths of key-shaped strings in a policy: `metadata.name`, `spec.providers[0].baseURL` */
export function keysInPolicy(name: string, spec: unknown): readonly string[] {
  const inSpec = placesIn(rootOf({ spec }), () => false)
  return maskedKey(name) === name ? inSpec : ['metadata.name', ...inSpec]
}

/** The same for a JSON text that is about to be written somewhere. */
export function keysInJson(text: string): readonly string[] {
  const parsed = parseJson(text)
  return parsed === undefined && isKeyShaped(text) ? ['(unreadable)'] : placesIn(rootOf(parsed), () => false)
}

/**
 * The same in the annotation. There a name is enough, because the schema knows no field for a key: `apiKey: abc`.
 * @param annotations of the object as stored
 */
export function keysInAnnotation(annotations: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  const text = annotations?.[LAST_APPLIED]
  if (typeof text !== 'string') return []
  const parsed = parseJson(text)
  if (parsed === undefined) return isKeyShaped(text) ? ['(unreadable)'] : []
  return placesIn(rootOf(parsed), isSecretField)
}

/** Labels may have any name. */
function isSecretField(node: Node): boolean {
  return node.isOfSpec && isSecretName(String(node.key))
}

/**
 * Is it a key by its form? The names of charts and clusters begin as keys do (`sk-learn-cluster-01`): a key also has a run of
 * letters and digits that no word has.
 */
function isKeyShaped(text: string): boolean {
  if (text.length < MIN_LENGTH) return false
  for (const { start, end } of credentialsIn(text)) {
    if (RANDOM.test(text.slice(start, end))) return true
  }
  return false
}

/** Most strings of a policy are shorter than any key, and the search takes 20 patterns. */
const MIN_LENGTH = 16

const RANDOM = /[A-Za-z0-9]{16}|(?=[A-Za-z]{0,9}[0-9])(?=[0-9]{0,9}[A-Za-z])[A-Za-z0-9]{10}/

/** A value and the way to it. A path of each would take the square of a text that nests deep. */
interface Node {
  readonly above: Node | undefined
  /** Undefined at the root. */
  readonly key: string | number | undefined
  readonly value: unknown
  /** Below `spec`, and no label. */
  readonly isOfSpec: boolean
}

function placesIn(root: Node, isSecret: (node: Node) => boolean): readonly string[] {
  const places: string[] = []
  const open = [root]
  for (let next = open.pop(); next !== undefined && places.length < MAX_PLACES; next = open.pop()) {
    const { key, value } = next
    const isKeyHere = typeof value === 'string' && value !== '' && (isSecret(next) || isKeyShaped(value))
    if (isKeyHere || isKeyShaped(String(key))) places.push(told(next))
    else if (isWritten(value)) addMembers(open, next, value)
  }
  return places
}

/** One by one: as arguments of one call, 130,000 members are too many. */
function addMembers(open: Node[], above: Node, value: Written): void {
  for (const [key, member] of Object.entries(value).reverse()) {
    const isOfSpec = above.key === undefined ? key === 'spec' : above.isOfSpec && key !== 'matchLabels'
    open.push({ above, key: Array.isArray(value) ? Number(key) : key, value: member, isOfSpec })
  }
}

const MAX_TOLD = 200

/** A name may be a key as well: `{"sk-...": ""}`. */
function told(node: Node): string {
  const path: (string | number)[] = []
  for (let next: Node | undefined = node; next?.key !== undefined; next = next.above) path.push(maskedKey(next.key))
  // What is cut off need not be put together.
  return formatPath(path.reverse().slice(0, MAX_TOLD)).slice(0, MAX_TOLD)
}

/** A step of a path as it may be told. */
export function maskedKey(key: string | number): string | number {
  return typeof key === 'string' && isKeyShaped(key) ? '(a key)' : key
}

function rootOf(value: unknown): Node {
  return { above: undefined, key: undefined, value, isOfSpec: false }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

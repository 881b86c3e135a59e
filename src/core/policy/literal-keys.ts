/**
 * Finds keys that stand in a policy object. No field takes one, but a string may hold one all the same, and the API server
 * keeps what it pruned in the annotation that `kubectl apply` writes. Places are named, never the key.
 */

import { credentialsIn, isSecretName } from '../credentials.ts'
import { type FieldPath, formatPath } from './check.ts'
import { isWritten } from './rules.ts'

/** Where `kubectl apply` (not `--server-side`) keeps the whole document as it was sent. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** More are not named: one is enough to act on. */
const MAX_PLACES = 8

/** @returns the paths of key-shaped strings in a spec, `spec.providers[0].baseURL` */
export function keysInSpec(spec: unknown): readonly string[] {
  return placesIn(spec, ['spec'], () => false)
}

/** The same for a JSON text that is about to be written somewhere. */
export function keysInJson(text: string): readonly string[] {
  const parsed = parseJson(text)
  return parsed === undefined && isKeyShaped(text) ? ['(unreadable)'] : placesIn(parsed, [], () => false)
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
  return placesIn(parsed, [], isSecretField)
}

/** Labels may have any name. */
function isSecretField(path: FieldPath): boolean {
  return path[0] === 'spec' && !path.includes('matchLabels') && isSecretName(String(path.at(-1)))
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

function placesIn(root: unknown, from: FieldPath, isSecret: (path: FieldPath) => boolean): readonly string[] {
  const places: string[] = []
  const open: { path: FieldPath; value: unknown }[] = [{ path: from, value: root }]
  for (let next = open.pop(); next !== undefined && places.length < MAX_PLACES; next = open.pop()) {
    const { path, value } = next
    const isKeyHere = typeof value === 'string' && value !== '' && (isSecret(path) || isKeyShaped(value))
    if (isKeyHere || isKeyShaped(String(path.at(-1)))) places.push(told(path))
    else if (isWritten(value)) {
      const members = Object.entries(value).reverse()
      const keyOf = (key: string): string | number => (Array.isArray(value) ? Number(key) : key)
      open.push(...members.map(([key, item]) => ({ path: [...path, keyOf(key)], value: item })))
    }
  }
  return places
}

/** A name may be a key as well: `{"sk-...": ""}`. */
function told(path: FieldPath): string {
  return formatPath(path.map((key) => (typeof key === 'string' && isKeyShaped(key) ? '(a key)' : key))).slice(0, 200)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** One line of a watch: an object that changed, a bookmark, or an error inside a 200. */

import { errorOf, isRecord, KubeError } from '../../src/kube/index.ts'
import type { KubeObject } from './kept-objects.ts'

export interface WatchEvent {
  /** `version`: everything up to here has been told. */
  readonly type: 'changed' | 'deleted' | 'version'
  readonly object: KubeObject
  readonly version: string
}

/** @throws KubeError what an ERROR event says, with its code as status; `Malformed` for anything else */
export function readEvent(line: unknown, path: string): WatchEvent {
  const call = `WATCH ${path}`
  if (!isRecord(line)) throw malformed(call)
  const { type, object } = line
  if (type === 'ERROR') throw errorOf({ call, status: codeOf(object), body: object })
  const known = typeof type === 'string' ? TYPES.get(type) : undefined
  if (known === undefined || !isObject(object)) throw malformed(call)
  return { type: known, object, version: object.metadata.resourceVersion }
}

const TYPES: ReadonlyMap<string, WatchEvent['type']> = new Map([
  ['ADDED', 'changed'],
  ['MODIFIED', 'changed'],
  ['DELETED', 'deleted'],
  ['BOOKMARK', 'version'],
])

type Versioned = KubeObject & { readonly metadata: { readonly resourceVersion: string } }

/** A bookmark has a version and no name. */
function isObject(value: unknown): value is Versioned {
  return isRecord(value) && isRecord(value['metadata']) && typeof value['metadata']['resourceVersion'] === 'string'
}

function codeOf(status: unknown): number {
  const code = isRecord(status) ? status['code'] : undefined
  return typeof code === 'number' ? code : 500
}

function malformed(call: string): KubeError {
  return new KubeError(`${call}: a line is no event`, { status: 0, reason: 'Malformed' })
}

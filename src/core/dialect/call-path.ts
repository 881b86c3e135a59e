/** Finds a call that we read in the path of a request, whatever root the client's base URL has given it. */

import { PROVIDER_APIS } from './provider/index.ts'
import { dialects, type LlmCall } from './registry.ts'

export interface CallPath {
  readonly call: LlmCall
  /** The path before `own`: empty, or a root of the client's (`/v1`, `/openai/deployments/d`). */
  readonly front: string
  /** The path that is the API's: `/chat/completions`; with its root where that is fixed: `/v1/messages`. */
  readonly own: string
}

/** Longer ones first: `/chat/completions` ends in `/completions`. */
const CALLS = dialects
  .flatMap((dialect) => {
    const { root, isRootFixed, resources } = PROVIDER_APIS[dialect.provider]
    const paths = [{ path: dialect.path, call: { dialect } }]
    const doors = Object.entries(dialect.doors).map(([path, door]) => ({ path, call: { dialect, door } }))
    return [...paths, ...doors].map(({ path, call }): KnownCall => {
      const below = path.slice(root.length)
      const isResource = resources.has(below.split('/', 2)[1] ?? '')
      return { call, own: isRootFixed ? path : below, rootless: isRootFixed && isResource ? below : undefined }
    })
  })
  .sort((a, b) => b.own.length - a.own.length)

interface KnownCall {
  readonly call: LlmCall
  readonly own: string
  /** Taken only as the whole path: `/threads/t/messages` is another API's. */
  readonly rootless: string | undefined
}

/** @param path repaired, without query and provider prefix */
export function callPathOf(path: string): CallPath | undefined {
  for (const { call, own, rootless } of CALLS) {
    if (path.endsWith(own)) return { call, front: path.slice(0, -own.length), own }
    if (path === rootless) return { call, front: '', own }
  }
  return undefined
}

/** Reads objects for checks: a missing one and a missing permission are answers, and no errors. */

import { type KubeClient, KubeError, type Query } from '../../kube/index.ts'
import { explainKubeError } from '../explain/cluster.ts'

export type Look<T> =
  | { readonly state: 'found'; readonly value: T }
  | { readonly state: 'missing' }
  | { readonly state: 'unseen'; readonly why: string }

/** @throws M2MError CLUSTER_UNREACHABLE, and CLUSTER_REFUSED for any other answer */
export function look<T>(client: KubeClient, path: string): Promise<Look<T>> {
  return answerOf(() => client.get<T>(path), path)
}

/**
 * Reads a list page by page: what is kept of a page is up to `take`.
 * @param begin a list begins, perhaps anew: what earlier pages said does not count
 */
export function lookAtAll<T>(
  client: KubeClient,
  { path, query = {}, limit }: { path: string; query?: Query; limit?: number },
  { begin, take }: { begin(): void; take(items: readonly T[]): void },
): Promise<Look<true>> {
  return answerOf(async () => {
    for await (const { items, isFirst } of client.pages<T>(path, query, limit === undefined ? {} : { limit })) {
      if (isFirst) begin()
      take(items)
    }
    return true as const
  }, path)
}

async function answerOf<T>(ask: () => Promise<T>, path: string): Promise<Look<T>> {
  try {
    return { state: 'found', value: await ask() }
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return { state: 'missing' }
    if (error instanceof KubeError && error.status === 403) return { state: 'unseen', why: error.message }
    throw explainKubeError(error, `reading ${path}`)
  }
}

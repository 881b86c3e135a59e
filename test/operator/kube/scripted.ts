/** A list-and-watch loop on a client that answers by script. */

import { createListWatch, type KubeObject, type ListWatchState } from '../../../operator/kube/index.ts'
import { KubeError, type ListPage, pause, type Query } from '../../../src/kube/index.ts'

type Line = object | Error
/** `open`: it says its lines and stays; else it ends after them, `lastsMs` later. */
export type Watch = { lines?: readonly Line[]; open?: boolean; lastsMs?: number } | Error | 'hang'
export type List = readonly ListPage<KubeObject>[] | Error | 'hang'

export const GONE = new KubeError('too old', { status: 410, reason: 'Expired' })

export function object(name: string, version: string, data: string = version): KubeObject {
  return { metadata: { namespace: 'n', name, resourceVersion: version }, data }
}

export function list(version: string, ...items: KubeObject[]): ListPage<KubeObject>[] {
  return [{ items, resourceVersion: version, isFirst: true, isLast: true }]
}

export function scripted(script: { lists: readonly List[]; watches: readonly Watch[]; relistMs?: number }) {
  const lists = [...script.lists]
  const watches = [...script.watches]
  const asked: ['list' | 'watch', Query, number][] = []
  const seen: string[] = []
  const states: ListWatchState[] = []
  const counts = { restarts: 0, missed: 0, faults: 0, running: 0, most: 0 }
  const began = performance.now()
  const note = (kind: 'list' | 'watch', query: Query): void => {
    asked.push([kind, query, performance.now() - began])
    counts.most = Math.max(counts.most, ++counts.running)
  }
  const client = {
    async *pages<T>(_path: string, query: Query = {}, options: { signal?: AbortSignal } = {}) {
      note('list', query)
      try {
        const answer = lists.shift() ?? 'hang'
        if (answer === 'hang') await aborted(options.signal)
        else if (answer instanceof Error) throw answer
        else yield* answer as readonly ListPage<T>[]
      } finally {
        counts.running--
      }
    },
    async *stream(_path: string, query: Query, { signal, onOpen }: { signal: AbortSignal; onOpen?: () => void }) {
      note('watch', query)
      try {
        const answer = watches.shift() ?? { open: true }
        if (answer === 'hang') return await aborted(signal)
        if (answer instanceof Error) throw answer
        onOpen?.()
        yield* linesOf(answer)
        if (answer.open) await aborted(signal)
        if (answer.lastsMs !== undefined) await pause(answer.lastsMs, signal)
      } finally {
        counts.running--
      }
    },
  }
  const watch = createListWatch<unknown>({
    client,
    path: '/api/v1/things',
    labelSelector: 'a=b',
    keep: (raw) => raw['data'],
    onChange: (key, before, after) => void seen.push(`${key} ${before ?? '-'} ${after ?? '-'}`),
    ...(script.relistMs === undefined ? {} : { relistMs: script.relistMs }),
    hooks: {
      onRestart: () => void counts.restarts++,
      onMissed: (count) => {
        counts.missed += count
      },
      onFault: () => void counts.faults++,
      onState: (state) => void states.push(state),
    },
  })
  return { watch, asked, seen, states, counts }
}

export function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve()))
}

export function event(type: string, thing: KubeObject): object {
  return { type, object: thing }
}

function* linesOf({ lines = [] }: { readonly lines?: readonly Line[] }): Iterable<object> {
  for (const line of lines) {
    if (line instanceof Error) throw line
    yield line
  }
}

/** One list, and a watch that says nothing. */
export function clientWith(pages: ListPage<KubeObject>[]) {
  const client = {
    async *pages<T>() {
      yield* pages as unknown as ListPage<T>[]
    },
    async *stream(_path: string, _query: Query, { signal }: { signal: AbortSignal }) {
      await aborted(signal)
      yield* []
    },
  }
  return { client }
}

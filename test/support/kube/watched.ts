/** A list-and-watch loop over ConfigMaps that notes all that it does. */

import type { KubeConfig } from '@kubernetes/client-node'
import { createListWatch, type KubeObject, type ListWatch, type RelistReason } from '../../../operator/kube/index.ts'
import { createKubeClient, type KubeClient, type KubeClientOptions } from '../../../src/kube/index.ts'

export interface Watched {
  readonly client: KubeClient
  readonly watch: ListWatch<Kept>
  /** Told changes in order, as `name: before > after`; `-` for none. */
  readonly changes: readonly string[]
  /** Versions that were told more than once. */
  readonly doubles: readonly string[]
  readonly lists: readonly RelistReason[]
  readonly faults: readonly unknown[]
  restarts: number
  missed: number
  /** The loop is over, and nothing is told any more. */
  close(): Promise<void>
}

export interface Kept {
  readonly value: string
  readonly version: string
}

export interface WatchedOptions {
  readonly namespace: string
  readonly labelSelector?: string
  readonly relistMs?: number
  readonly client?: KubeClientOptions
  onChange?(key: string): void
}

export function watchConfigMaps(config: KubeConfig, options: WatchedOptions): Watched {
  const client = createKubeClient(config, options.client)
  const changes: string[] = []
  const doubles: string[] = []
  const lists: RelistReason[] = []
  const faults: unknown[] = []
  const told = new Set<string>()
  const watch = createListWatch<Kept>({
    client,
    path: pathOf(options.namespace),
    keep: keptOf,
    onChange: (key, before, after) => {
      changes.push(`${key.split('/')[1]}: ${before?.value ?? '-'} > ${after?.value ?? '-'}`)
      const version = `${key}@${after?.version ?? `gone after ${before?.version}`}`
      if (told.has(version)) doubles.push(version)
      told.add(version)
      options.onChange?.(key)
    },
    hooks: {
      onList: (reason) => void lists.push(reason),
      onRestart: () => {
        watched.restarts++
      },
      onMissed: (count) => {
        watched.missed += count
      },
      onFault: (error) => void faults.push(error),
    },
    ...(options.labelSelector === undefined ? {} : { labelSelector: options.labelSelector }),
    ...(options.relistMs === undefined ? {} : { relistMs: options.relistMs }),
  })
  const watched: Watched = {
    client,
    watch,
    changes,
    doubles,
    lists,
    faults,
    restarts: 0,
    missed: 0,
    close: async () => {
      await watch.stop()
      await client.close()
    },
  }
  return watched
}

export function pathOf(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/configmaps`
}

/** The value of each by its name, as the loop has them. */
export function valuesOf({ watch }: Watched): Record<string, string> {
  return Object.fromEntries([...watch.items].map(([key, { value }]) => [key.split('/')[1] ?? '', value]))
}

/** The same as the API server has them. */
export async function valuesAt(client: KubeClient, namespace: string): Promise<Record<string, string>> {
  const { items } = await client.get<{ items: KubeObject[] }>(pathOf(namespace))
  return Object.fromEntries(items.map((raw) => [raw.metadata.name, keptOf(raw).value]))
}

export function configMap(name: string, value: string, labels: Record<string, string> = {}): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data: { value } }
}

function keptOf(raw: KubeObject): Kept {
  const { value = '' } = (raw['data'] ?? {}) as { value?: string }
  return { value, version: raw.metadata.resourceVersion ?? '' }
}

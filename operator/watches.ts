/** The four things that the operator watches, each cut down to what decisions need. */

import type { KubeClient } from '../src/kube/index.ts'
import type { Changes } from './controller/changes.ts'
import { keepBundle, keepNamespace, keepPod, keepPolicy } from './controller/kept.ts'
import { BUNDLE_NAME, LABELS, PATHS } from './controller/names.ts'
import { createListWatch, createWatchSet, type ListWatchHooks, type WatchSet } from './kube/index.ts'

export interface WatchesOptions {
  readonly client: Pick<KubeClient, 'pages' | 'stream'>
  readonly changes: Changes
  readonly operatorNamespace: string
  hooks(resource: string): ListWatchHooks
}

export function createWatches({ client, changes, operatorNamespace, hooks }: WatchesOptions): WatchSet {
  const all = {
    m2mpolicies: createListWatch({
      client,
      path: PATHS.policies,
      keep: (raw) => keepPolicy(raw, operatorNamespace),
      onChange: changes.policy,
      hooks: hooks('m2mpolicies'),
    }),
    namespaces: createListWatch({
      client,
      path: PATHS.namespaces,
      keep: keepNamespace,
      onChange: changes.namespace,
      hooks: hooks('namespaces'),
    }),
    pods: createListWatch({
      client,
      path: PATHS.pods,
      labelSelector: `${LABELS.injected}=true`,
      keep: keepPod,
      onChange: changes.pod,
      hooks: hooks('pods'),
    }),
    configmaps: createListWatch({
      client,
      path: PATHS.configMaps,
      labelSelector: `${LABELS.bundle}=true`,
      // A permission for this name alone is enough; and others may have the label, a thousand of a megabyte each.
      fieldSelector: `metadata.name=${BUNDLE_NAME}`,
      keep: keepBundle,
      onChange: changes.bundle,
      hooks: hooks('configmaps'),
    }),
  }
  return createWatchSet(all)
}

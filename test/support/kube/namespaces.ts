/** Namespaces, and the part of the controller manager that tests need: it makes the first account and empties what is deleted. */

import type { AdminApi, Json } from './admin-api.ts'

interface ResourceList {
  readonly resources: readonly {
    readonly name: string
    readonly namespaced: boolean
    readonly verbs: readonly string[]
  }[]
}

/** @param labels of the namespace; pods can be created in it at once */
export async function createNamespace(api: AdminApi, name: string, labels: Record<string, string> = {}): Promise<void> {
  await api.create('/api/v1/namespaces', { metadata: { name, labels } })
  const path = `/api/v1/namespaces/${name}/serviceaccounts`
  const { status } = await api.call('POST', path, { body: { metadata: { name: 'default' } } })
  // 409: there is a real controller manager, which was quicker.
  if (status !== 201 && status !== 409) throw new Error(`no service account in ${name}: ${status}`)
}

/** Deletes it and does what the namespace controller would do. @throws when a finalizer holds something in it */
export async function removeNamespace(api: AdminApi, name: string): Promise<void> {
  const { status } = await api.call('DELETE', `/api/v1/namespaces/${name}`)
  if (status === 404) return
  await finishNamespace(api, name)
}

/** For a namespace that is being deleted: empties it and lets it go. */
export async function finishNamespace(api: AdminApi, name: string): Promise<void> {
  const collections = await collectionsOf(api, name)
  // Pods have a grace period that no kubelet ends.
  for (const path of collections) await api.call('DELETE', `${path}?gracePeriodSeconds=0`)
  for (const path of collections) {
    const { items = [] } = await api.get<{ items?: readonly Json[] }>(path)
    if (items.length > 0) throw new Error(`${path} still has ${items.length}: does one have a finalizer?`)
  }
  const { body } = await api.call('GET', `/api/v1/namespaces/${name}`)
  await api.call('PUT', `/api/v1/namespaces/${name}/finalize`, { body: { ...body, spec: { finalizers: [] } } })
}

/** The paths of everything namespaced that can be deleted together. */
async function collectionsOf(api: AdminApi, namespace: string): Promise<string[]> {
  const { groups } = await api.get<{ groups: readonly { preferredVersion: { groupVersion: string } }[] }>('/apis')
  const roots = ['/api/v1', ...groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)]
  const paths: string[] = []
  for (const root of roots) {
    const { resources } = await api.get<ResourceList>(root)
    for (const { name, namespaced, verbs } of resources) {
      const isOne = namespaced && verbs.includes('deletecollection') && verbs.includes('list')
      if (isOne) paths.push(`${root}/namespaces/${namespace}/${name}`)
    }
  }
  return paths
}

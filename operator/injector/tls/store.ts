/** The Secret and the webhook configuration in the cluster: watched by name, read anew before each decision, written. */

import { type KubeClient, KubeError } from '../../../src/kube/index.ts'
import { createListWatch, type KubeObject, type ListWatch, type ListWatchHooks } from '../../kube/index.ts'
import { type Configuration, keepConfiguration, withBundle } from './ca-bundle.ts'
import { type CaSecret, caSecretText, readCaSecret } from './ca-secret.ts'
import { CA_SECRET, FIELD_MANAGER, PATHS, WEBHOOK_CONFIGURATION } from './names.ts'

export interface StoredSecret {
  readonly resourceVersion: string
  readonly uid: string
  readonly secret: CaSecret
}

/** @returns undefined where there is none @throws KubeError */
export async function readConfiguration(client: Pick<KubeClient, 'get'>): Promise<Configuration | undefined> {
  const raw = await found(client.get<KubeObject>(`${PATHS.configurations}/${WEBHOOK_CONFIGURATION}`))
  return raw === undefined ? undefined : keepConfiguration(raw)
}

/** @returns undefined where there is none @throws KubeError */
export async function readSecret(
  client: Pick<KubeClient, 'get'>,
  namespace: string,
): Promise<StoredSecret | undefined> {
  const raw = await found(client.get<KubeObject>(`${PATHS.secrets(namespace)}/${CA_SECRET}`))
  return raw === undefined ? undefined : keepSecret(raw)
}

/**
 * Only over the version that was seen, or where none was.
 * @throws KubeError 409: somebody else wrote it
 */
export async function writeSecret(
  client: Pick<KubeClient, 'request'>,
  namespace: string,
  { before, secret }: { readonly before: StoredSecret | undefined; readonly secret: CaSecret },
): Promise<void> {
  const path = PATHS.secrets(namespace)
  const { resourceVersion, uid } = before ?? {}
  const body = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: CA_SECRET,
      namespace,
      labels: { 'app.kubernetes.io/managed-by': FIELD_MANAGER },
      ...(before !== undefined && { resourceVersion, uid }),
    },
    type: 'Opaque',
    stringData: caSecretText(secret),
  }
  const query = { fieldManager: FIELD_MANAGER }
  if (before === undefined) await client.request({ method: 'POST', path, query, body })
  else await client.request({ method: 'PUT', path: `${path}/${CA_SECRET}`, query, body })
}

/** @throws KubeError 409: somebody else wrote it, or it is gone */
export async function writeBundle(
  client: Pick<KubeClient, 'apply'>,
  configuration: Configuration,
  bundle: string,
): Promise<void> {
  const path = `${PATHS.configurations}/${configuration.name}`
  await client.apply(path, withBundle(configuration, bundle), { fieldManager: FIELD_MANAGER, force: true })
}

export type Watching = Pick<ListWatch<unknown>, 'start' | 'stop'>

interface WatchOptions {
  readonly client: Pick<KubeClient, 'pages' | 'stream'>
  onChange(): void
  hooks(resource: string): ListWatchHooks
}

/** Of one name: a permission for it is enough, and no other Secret is ever sent to this process. */
export function watchSecret(namespace: string, { client, onChange, hooks }: WatchOptions): Watching {
  return createListWatch({
    client,
    path: PATHS.secrets(namespace),
    fieldSelector: `metadata.name=${CA_SECRET}`,
    // It is read when it matters: nothing of it stays in memory.
    keep: () => undefined,
    onChange,
    hooks: hooks('secrets'),
  })
}

export function watchConfiguration({ client, onChange, hooks }: WatchOptions): ListWatch<Configuration> {
  return createListWatch({
    client,
    path: PATHS.configurations,
    fieldSelector: `metadata.name=${WEBHOOK_CONFIGURATION}`,
    keep: keepConfiguration,
    onChange,
    hooks: hooks('mutatingwebhookconfigurations'),
  })
}

function keepSecret({ metadata, data }: KubeObject): StoredSecret {
  return { resourceVersion: metadata.resourceVersion ?? '', uid: metadata.uid ?? '', secret: readCaSecret(data) }
}

async function found<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return undefined
    throw error
  }
}

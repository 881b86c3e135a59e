/** What sidecars get that neither pod nor policy says: of the cluster's injector, or as the chart has it by default. */

import type { Quantities, SidecarSettings } from '../../core/inject/injection.ts'
import { type KubeClient, KubeError } from '../../kube/index.ts'
import { explainKubeError } from '../explain/cluster.ts'

/** As the injector's own. */
export const DEFAULT_SETTINGS: SidecarSettings = {
  image: 'm2m-sidecar',
  imagePullPolicy: 'IfNotPresent',
  mode: 'Native',
  resources: { requests: { cpu: '20m', memory: '96Mi' }, limits: { memory: '256Mi' } },
  env: {},
}

/** The Deployment of the injector, and the prefix of its variables. */
const INJECTOR = 'm2m-injector'
const PREFIX = 'M2M_INJECTOR_SIDECAR_'

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly { readonly env?: readonly { readonly name: string; readonly value?: string }[] }[]
      }
    }
  }
}

/**
 * The settings of the injector in the operator's namespace; with a note where there is none, or it may not be read.
 * @throws M2MError CLUSTER_REFUSED, CLUSTER_UNREACHABLE
 */
export async function settingsInCluster(
  client: KubeClient,
  operatorNamespace: string,
  notes: string[],
): Promise<SidecarSettings> {
  const path = `/apis/apps/v1/namespaces/${operatorNamespace}/deployments/${INJECTOR}`
  try {
    const { spec } = await client.get<Deployment>(path)
    return settingsOf(spec.template.spec.containers.flatMap(({ env = [] }) => env))
  } catch (error) {
    if (!(error instanceof KubeError && (error.status === 404 || error.status === 403))) {
      throw explainKubeError(error, `reading Deployment ${operatorNamespace}/${INJECTOR}`)
    }
    const why = error.status === 404 ? 'there is none' : error.message
    notes.push(
      `the settings of the injector in namespace ${operatorNamespace} are not known, its defaults serve: ${why}`,
    )
    return DEFAULT_SETTINGS
  }
}

function settingsOf(variables: readonly { readonly name: string; readonly value?: string }[]): SidecarSettings {
  const values = new Map(variables.map(({ name, value }) => [name, value]))
  const text = (name: string): string | undefined => values.get(`${PREFIX}${name}`) || undefined
  const { resources, ...others } = DEFAULT_SETTINGS
  return {
    image: text('IMAGE') ?? others.image,
    imagePullPolicy: (text('PULL_POLICY') ?? others.imagePullPolicy) as SidecarSettings['imagePullPolicy'],
    mode: (text('MODE') ?? others.mode) as SidecarSettings['mode'],
    resources: {
      requests: textsOf(text('REQUESTS')) ?? resources.requests,
      limits: textsOf(text('LIMITS')) ?? resources.limits,
    },
    env: textsOf(text('ENV')) ?? others.env,
  }
}

/** The injector has checked it when it started: a text that is no object came from somewhere else. */
function textsOf(json: string | undefined): Quantities | undefined {
  try {
    const value: unknown = JSON.parse(json ?? 'null')
    if (typeof value !== 'object' || value === null) return undefined
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, String(each)]))
  } catch {
    return undefined
  }
}

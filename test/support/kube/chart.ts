/** The chart as Helm renders it, applied by hand: what an API server makes of each object. */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { parseAllDocuments } from 'yaml'
import type { AdminApi } from './admin-api.ts'

export interface ChartObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly [member: string]: unknown
}

export interface RenderOptions {
  readonly namespace: string
  /** As for `--set`. */
  readonly values?: readonly string[]
  /** A file of values. */
  readonly file?: string
  readonly chart?: string
  /** As of the cluster; Helm's own when absent. */
  readonly kubeVersion?: string
  readonly apiVersions?: readonly string[]
}

export async function renderChart(helm: string, options: RenderOptions): Promise<readonly ChartObject[]> {
  const { namespace, values = [], file, chart = 'm2m', kubeVersion, apiVersions = [] } = options
  const args = [
    ...['template', chart, `charts/${chart}`, '--namespace', namespace],
    ...values.flatMap((value) => ['--set', value]),
    ...(file === undefined ? [] : ['--values', file]),
    ...(kubeVersion === undefined ? [] : ['--kube-version', kubeVersion]),
    ...apiVersions.flatMap((version) => ['--api-versions', version]),
  ]
  const { stdout } = await promisify(execFile)(helm, args, { maxBuffer: 16 * 1024 * 1024 })
  return chartObjects(stdout)
}

/** @param manifest documents of YAML, some of them empty */
export function chartObjects(manifest: string): readonly ChartObject[] {
  return parseAllDocuments(manifest)
    .map((document) => document.toJS() as ChartObject | null)
    .filter((object) => object !== null)
}

/**
 * Server-side apply, as Helm 4 does it: a field that the server does not know, or a name twice in a list, is refused.
 * @param query such as `dryRun=All` @throws with the server's refusal
 */
export async function applyObject(api: AdminApi, object: ChartObject, query = ''): Promise<void> {
  const path = `${pathOf(object)}?fieldManager=helm&fieldValidation=Strict&${query}`
  const options = { body: object, contentType: 'application/apply-patch+yaml' }
  const { status, body, warnings } = await api.call('PATCH', path, options)
  if (status > 201) throw new Error(`${object.kind} ${object.metadata.name}: ${status} ${String(body['message'])}`)
  if (warnings.length > 0) throw new Error(`${object.kind} ${object.metadata.name}: ${warnings.join('; ')}`)
}

/** For a fixture: what was applied is gone after `use`, objects of the whole cluster too. */
export async function withApplied(
  api: AdminApi,
  use: (apply: (objects: readonly ChartObject[]) => Promise<void>) => Promise<void>,
): Promise<void> {
  const applied: ChartObject[] = []
  await use(async (objects) => {
    for (const object of objects) {
      await applyObject(api, object)
      applied.push(object)
    }
  })
  for (const object of applied) await deleteObject(api, object)
}

export async function deleteObject(api: AdminApi, object: ChartObject): Promise<void> {
  await api.call('DELETE', pathOf(object))
}

/** Where the API server has it. */
export function pathOf({ apiVersion, kind, metadata }: ChartObject): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const place = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`
  const plural = kind.toLowerCase().replace(/y$/, 'ies')
  return `${root}${place}/${plural.endsWith('ies') ? plural : `${plural}s`}/${metadata.name}`
}

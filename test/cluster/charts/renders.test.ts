/**
 * What the charts render for each file of values in their `ci` folder: as it was (golden files; `npx vitest run -u` writes
 * them), the same by both Helms, and taken by the API server as it stands.
 */

import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import { stringify } from 'yaml'
import { helm3Binary, kubectlBinaries } from '../../../scripts/kube/binaries.ts'
import { applyObject, type ChartObject, type RenderOptions, renderChart } from '../../support/kube/chart.ts'
import { test } from '../../support/kube/operator-test.ts'

const GOLDEN = join(import.meta.dirname, 'golden')
const CASES = ['m2m', 'm2m-crds'].flatMap((chart) =>
  readdirSync(`charts/${chart}/ci`).map((name) => ({ chart, file: `charts/${chart}/ci/${name}` })),
)
/** Of clusters that have what a chart asks for. */
const CLUSTER = { kubeVersion: '1.37.0', apiVersions: ['monitoring.coreos.com/v1'] }
/** Kinds whose definitions are others': only golden files hold them. */
const FOREIGN = /^(cert-manager\.io|monitoring\.coreos\.com)\//

for (const { chart, file } of CASES) {
  const options: RenderOptions = { chart, file, namespace: 'm2m-system', ...CLUSTER }

  test(`${file} renders as it did, by both Helms`, async ({ skip }) => {
    const [four, three] = [await kubectlBinaries(), await helm3Binary()]
    if (typeof four === 'string') return skip(four)
    if (typeof three === 'string') return skip(three)
    for (const { helm } of [four, three]) await lint(helm, chart, file)
    const objects = await renderChart(four.helm, options)
    expect(new Set(objects.map(identity)).size, 'no object twice').toBe(objects.length)
    const text = objects
      // A file of its own holds what it says: crds/m2mpolicies.yaml.
      .map(({ spec, ...object }) => (object.kind === 'CustomResourceDefinition' ? object : { ...object, spec }))
      .map((object) => stringify(object, { aliasDuplicateObjects: false, lineWidth: 0 }))
      .join('---\n')
    const golden = join(GOLDEN, `${chart}-${file.slice(file.lastIndexOf('/') + 1, -'-values.yaml'.length)}.yaml`)
    await expect(text).toMatchFileSnapshot(golden)

    const older = await renderChart(three.helm, options)
    expect(byIdentity(older.filter((object) => !isBeforeDelete(object)))).toEqual(byIdentity(objects))
  })

  test(`${file} is taken by the API server, field by field`, async ({ cluster, home, skip }) => {
    const binaries = await kubectlBinaries()
    if (typeof binaries === 'string') return skip(binaries)
    const { gitVersion } = await cluster.api.get<{ gitVersion: string }>('/version')
    if (file.includes('pod-certificate') && gitVersion < 'v1.37') return skip(`${gitVersion} does not serve its field`)
    const objects = await renderChart(binaries.helm, { ...options, namespace: home })
    const known = objects.filter(({ apiVersion }) => !FOREIGN.test(apiVersion))
    expect(known.length).toBeGreaterThan(0)
    // Of the test's pod, which is looked up.
    await cluster.serviceAccount(home, 'm2m-test')
    for (const object of known) await applyObject(cluster.api, object, 'dryRun=All&force=true')
  })
}

async function lint(helm: string, chart: string, file: string): Promise<void> {
  const args = ['lint', '--strict', `charts/${chart}`, '--values', file, '--kube-version', CLUSTER.kubeVersion]
  await promisify(execFile)(helm, args)
}

function identity({ apiVersion, kind, metadata }: ChartObject): string {
  return `${apiVersion} ${kind} ${metadata.namespace ?? ''} ${metadata.name}`
}

function byIdentity(objects: readonly ChartObject[]): ReadonlyMap<string, ChartObject> {
  return new Map(objects.map((object) => [identity(object), object]))
}

/** An object of Helm 3 alone, of the same name as another. */
function isBeforeDelete({ metadata }: ChartObject): boolean {
  const { annotations = {} } = metadata as { annotations?: Readonly<Record<string, string>> }
  return annotations['helm.sh/hook'] === 'pre-delete'
}

/** Memory of a list-and-watch loop over a large cluster. Time is printed, memory is asserted. */

import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { expect } from 'vitest'
import type { AdminApi } from '../support/kube/admin-api.ts'
import { test } from '../support/kube/cluster-test.ts'
import { createNamespace } from '../support/kube/namespaces.ts'
import { printMeasured, printSeconds } from '../support/kube/print-measured.ts'

const PROGRAM = join(import.meta.dirname, '../support/kube/pods-process.ts')
const PODS = 5_000
const POLICIES = 1_000
const AT_ONCE = 24

/** Of the whole operator; the runtime alone must leave room for the rest. */
const MAX_MB = 150

test('29: 5,000 pods of 6.8 kB and 1,000 policies are kept in less than 150 MB above a bare Node.js', async ({
  ownControlPlane: plane,
}) => {
  const since = performance.now()
  await createNamespace(plane.api, 'many')
  const bytes = await fill(plane.api)
  printSeconds(`29: ${PODS} pods of ${bytes} bytes and ${POLICIES} policies created`, since)
  const folder = await mkdtemp(join(tmpdir(), 'm2m-memory-'))
  await writeFile(join(folder, 'config'), plane.kubeconfig())
  const program = join(folder, 'pods.mjs')
  await bundle(program)
  const report = await run<Report>([program, join(folder, 'config')])
  const bare = await run<number>(['-e', 'setTimeout(() => console.log(process.memoryUsage.rss() / 1048576), 500)'])
  await rm(folder, { recursive: true })
  printMeasured(`29: listed in ${report.ms} ms; RSS ${report.rss.toFixed(0)} MB, at most ${report.peak.toFixed(0)} MB`)
  printMeasured(`29: above a bare Node.js (${bare.toFixed(0)} MB): ${(report.rss - bare).toFixed(0)} MB`)
  expect(report).toMatchObject({ pods: PODS, policies: POLICIES })
  expect(report.peak - bare).toBeLessThan(MAX_MB)
})

interface Report {
  readonly pods: number
  readonly policies: number
  readonly ms: number
  readonly rss: number
  readonly peak: number
}

/** @returns the size of one pod as the API server sends it */
async function fill(api: AdminApi): Promise<number> {
  let next = 0
  const work = async (): Promise<void> => {
    for (let index = next++; index < PODS + POLICIES; index = next++) {
      if (index < PODS) await api.create('/api/v1/namespaces/many/pods', pod(index))
      else await api.create('/api/v1/namespaces/many/configmaps', policy(index))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return JSON.stringify(await api.get('/api/v1/namespaces/many/pods/pod-0')).length
}

function pod(index: number): object {
  const env = Array.from({ length: 24 }, (_, at) => ({
    name: `SETTING_${at}`,
    value: `value of setting ${at} `.repeat(3),
  }))
  const annotations = { 'example.com/config': `checksum ${index} `.repeat(110) }
  const container = { name: 'app', image: 'registry.example.com/team/app:1.2.3', env }
  return {
    metadata: { name: `pod-${index}`, labels: { app: `app-${index % 50}`, 'm2m.io/injected': 'true' }, annotations },
    spec: { containers: [container] },
  }
}

function policy(index: number): object {
  const spec = JSON.stringify({ priority: index, selector: { matchLabels: { app: `app-${index % 50}` } } })
  return {
    metadata: { name: `policy-${index}`, labels: { 'stands-for': 'policy' } },
    data: { spec: spec.padEnd(1_500) },
  }
}

async function bundle(outfile: string): Promise<void> {
  const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"
  await build({
    entryPoints: [PROGRAM],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    banner: { js: banner },
    logLevel: 'error',
  })
}

async function run<T>(args: readonly string[]): Promise<T> {
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return JSON.parse(stdout) as T
}

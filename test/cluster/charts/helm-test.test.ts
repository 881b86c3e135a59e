/** `helm test`, with what a kubelet would do for its pod: the container's command, its token, and how it ended. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { kubectlBinaries } from '../../../scripts/kube/binaries.ts'
import { renderChart } from '../../support/kube/chart.ts'
import { test } from '../../support/kube/cluster-test.ts'
import type { ControlPlane } from '../../support/kube/control-plane.ts'
import { type Helm, helmFor } from '../../support/kube/helm.ts'
import { injectorIn, installAdmission } from '../../support/kube/injector.ts'

const HOME = 'm2m-system'
const READY = { timeout: 60_000 }

test('30: helm test is green while an injector runs, and says what is wrong when none does', async ({
  ownControlPlane: cluster,
  skip,
  onTestFinished,
}) => {
  const binaries = await kubectlBinaries()
  if (typeof binaries === 'string') return skip(binaries)
  const { api } = cluster
  const { helm, remove } = await helmFor(binaries.helm, cluster)
  onTestFinished(remove)
  await helm('install', 'm2m', 'charts/m2m', '--namespace', HOME, '--create-namespace')
  await api.create('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } })
  const objects = await renderChart(binaries.helm, { namespace: HOME })
  const user = await cluster.existingAccount(HOME, 'm2m-injector')
  const injector = await injectorIn(cluster, { namespace: HOME, user })
  // No Service leads to this process.
  await installAdmission(api, objects, { port: injector.webhookPort })
  await expect.poll(() => injector.ready(), READY).toMatchObject({ status: 200 })

  const green = await runTest(cluster, helm)
  expect(green.helm).toMatch(/Phase: +Succeeded/)
  expect(green.pod).toMatch(/^ok: a pod in default with m2m.io\/inject: "true" gets the sidecar m2m-sidecar:1$/m)
  const left = await api.get<{ items: object[] }>('/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings')
  expect(left.items, 'the right to make pods goes with the test').toEqual([])

  await injector.close()
  const red = await runTest(cluster, helm)
  expect(red.helm).toMatch(/failed/)
  expect(red.pod).toMatch(/^the pod was refused \(403\): .*has no M2M sidecar, although it asks for one/m)
})

/** @returns what Helm and the pod have said */
async function runTest(cluster: ControlPlane, helm: Helm): Promise<{ helm: string; pod: string }> {
  const pod = actAsKubelet(cluster)
  const said = await helm('test', 'm2m', '--namespace', HOME).catch((error: Error) => error.message)
  return { helm: said, pod: await pod }
}

interface TestPod {
  readonly metadata: { readonly uid: string }
  readonly spec: {
    readonly serviceAccountName: string
    readonly containers: readonly {
      readonly command: readonly string[]
      readonly args: readonly string[]
      readonly env: readonly { readonly name: string; readonly value: string }[]
    }[]
  }
}

/** Waits for the pod, runs it, and tells how it ended. @returns what it has printed */
async function actAsKubelet({ api, authority, url, existingAccount }: ControlPlane): Promise<string> {
  const path = `/api/v1/namespaces/${HOME}/pods/m2m-test`
  // That of an earlier test is deleted first.
  const before = (await api.call('GET', path)).body as { metadata?: { uid: string; deletionTimestamp?: string } }
  const fresh = async (): Promise<TestPod | undefined> => {
    const { status, body } = await api.call('GET', path)
    const pod = body as unknown as TestPod & { metadata: { deletionTimestamp?: string } }
    if (status === 200 && pod.metadata.deletionTimestamp !== undefined) {
      await api.call('DELETE', `${path}?gracePeriodSeconds=0`)
    }
    return status === 200 && pod.metadata.uid !== before.metadata?.uid ? pod : undefined
  }
  await expect.poll(fresh, READY).toBeDefined()
  const { spec } = (await fresh()) as TestPod
  const folder = await mkdtemp(join(tmpdir(), 'm2m-helm-test-'))
  const { token = '' } = await existingAccount(HOME, spec.serviceAccountName)
  await writeFile(join(folder, 'token'), token)
  await writeFile(join(folder, 'ca.crt'), authority.cert)
  const { hostname, port } = new URL(url)
  const [container] = spec.containers
  const env = {
    ...Object.fromEntries(container!.env.map(({ name, value }) => [name, value])),
    KUBERNETES_SERVICE_HOST: hostname,
    KUBERNETES_SERVICE_PORT: port,
    TOKEN_FILE: join(folder, 'token'),
    NODE_EXTRA_CA_CERTS: join(folder, 'ca.crt'),
    PATIENCE_SECONDS: '3',
  }
  const [, ...flags] = container!.command
  const { code, output } = await run([...flags, ...container!.args], env)
  await rm(folder, { recursive: true })
  await api.merge(`${path}/status`, { status: { phase: code === 0 ? 'Succeeded' : 'Failed' } })
  return output
}

async function run(args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number]
  return { code, output }
}

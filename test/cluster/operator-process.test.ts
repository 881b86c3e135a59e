/** The operator as a process: signals, replicas, and what it says where something is missing. */

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Cluster } from '../support/kube/cluster.ts'
import { createNamespace } from '../support/kube/namespaces.ts'
import { type OperatorProcess, startOperatorProcess } from '../support/kube/operator-process.ts'
import { test as base } from '../support/kube/operator-test.ts'
import { createPolicy, programmedIn } from '../support/kube/policies.ts'
import { installPolicyDefinition } from '../support/kube/policy-definition.ts'
import { printSeconds } from '../support/kube/print-measured.ts'

type Start = (cluster: Cluster, home: string, env?: Readonly<Record<string, string>>) => Promise<OperatorProcess>

const MAIN = join(import.meta.dirname, '../../operator/main.ts')
const SLOW = { timeout: 60_000 }

const test = base.extend<{ start: Start }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern what a fixture needs.
  start: async ({}, use) => {
    const started: OperatorProcess[] = []
    await use(async (cluster, home, env = {}) => {
      const operator = await startOperatorProcess(cluster.kubeconfig(), { POD_NAMESPACE: home, ...env })
      started.push(operator)
      return operator
    })
    await Promise.all(started.map((operator) => operator.remove()))
  },
})

async function said(operator: OperatorProcess): Promise<readonly unknown[]> {
  return (await operator.lines()).map(({ msg }) => msg)
}

async function leaseHolder(cluster: Cluster, home: string): Promise<string | undefined> {
  const { body } = await cluster.api.call('GET', `/apis/coordination.k8s.io/v1/namespaces/${home}/leases/m2m-operator`)
  return (body as { spec?: { holderIdentity?: string } }).spec?.holderIdentity
}

test('of two replicas one writes; asked to end, it gives the lease back, ends with 0, and the other goes on', async ({
  cluster,
  home,
  namespace,
  start,
}) => {
  const first = await start(cluster, home, { POD_NAME: 'first' })
  await expect.poll(() => said(first), SLOW).toContain('in step with the cluster')
  const second = await start(cluster, home, { POD_NAME: 'second' })
  await expect.poll(async () => (await fetch(`${second.url}/readyz`).catch(() => undefined))?.status, SLOW).toBe(200)
  await createPolicy(cluster.api, namespace, 'a', {})
  await expect.poll(() => programmedIn(cluster.api, namespace)).toEqual([`${namespace}.a`])
  expect(await said(second)).not.toContain('bundle written')
  expect(await (await fetch(`${second.url}/metrics`)).text()).toMatch(/^m2m_operator_leading 0$/m)
  expect(await (await fetch(`${first.url}/metrics`)).text()).toMatch(/^m2m_operator_leading 1$/m)

  const endedAt = performance.now()
  first.signal('SIGTERM')
  await first.exited
  await expect.poll(() => said(second), SLOW).toContain('in step with the cluster')
  printSeconds('the standby writes after SIGTERM of the leader', endedAt)
  expect((await said(first)).at(-1)).toBe('operator stopped')
  expect(await leaseHolder(cluster, home)).toMatch(/^second_/)
  await createPolicy(cluster.api, namespace, 'b', {})
  await expect.poll(() => programmedIn(cluster.api, namespace)).toEqual([`${namespace}.a`, `${namespace}.b`])
  // What the first one wrote was not written again.
  expect((await said(second)).filter((line) => line === 'bundle written')).toHaveLength(1)
})

test('without the definition of policies it waits, says what to install, and goes on once that is there', async ({
  ownControlPlane,
  start,
}) => {
  await createNamespace(ownControlPlane.api, 'm2m')
  const operator = await start(ownControlPlane, 'm2m')
  const text = async (): Promise<string> => (await said(operator)).join('\n')
  await expect
    .poll(text, SLOW)
    .toMatch(/the CRD m2mpolicies.m2m.io is not installed: kubectl apply --server-side -f crds/)
  const ready = await fetch(`${operator.url}/readyz`)
  expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('m2mpolicies: waiting')])
  expect((await fetch(`${operator.url}/healthz`)).status).toBe(200)
  await installPolicyDefinition(ownControlPlane.api)
  await expect.poll(text, SLOW).toContain('in step with the cluster')
})

test('without a permission it names the verb and the resource', async ({ cluster, home }) => {
  const user = await cluster.serviceAccount(home, 'nobody')
  const operator = await startOperatorProcess(cluster.kubeconfig({ user }), { POD_NAMESPACE: home })
  await expect.poll(() => operator.text(), SLOW).toMatch(/cannot list resource \\"m2mpolicies\\"/)
  await expect.poll(() => operator.text(), SLOW).toMatch(/cannot get resource \\"leases\\"/)
  expect(await operator.text()).toContain('ClusterRole m2m-operator of the chart')
  await operator.remove()
})

test.each<[string, readonly string[], Record<string, string>, RegExp]>([
  ['no credentials', [], { HOME: '/nonexistent' }, /no credentials for a cluster .*set KUBECONFIG or --kubeconfig/],
  [
    'a kubeconfig that is not there',
    ['--kubeconfig', '/nonexistent'],
    {},
    /no credentials for a cluster \(.*\/nonexistent/,
  ],
  ['an unknown flag', ['--nudges'], {}, /Unknown option '--nudges'.*--nudge/],
  [
    'settings out of range',
    [],
    { M2M_OPERATOR_PORT: '70000', M2M_OPERATOR_LEASE_RETRY: '20s' },
    /M2M_OPERATOR_PORT: must be a whole number from 0 to 65535\nM2M_OPERATOR_LEASE_\*: retry/,
  ],
])('%s: it ends with 2 and says what to do', async (_title, args, env, expected) => {
  const { PATH = '' } = process.env
  const ended = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { env: { PATH, ...env } }, (error, _stdout, stderr) =>
      resolve({ code: error?.code, stderr }),
    )
  })
  expect(ended.stderr).toMatch(expected)
  expect(ended.code).toBe(2)
})

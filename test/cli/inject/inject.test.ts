/** `m2m inject` on files alone: what it prints, what it says, and its exit code. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect } from 'vitest'
import { parse } from 'yaml'
import { runCli } from '../run-cli.ts'

const test = base.extend<{ folder: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the names of fixtures from the pattern
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'm2m-inject-'))
    await use(folder)
    rmSync(folder, { recursive: true })
  },
})

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: api}\nspec: {containers: [{name: app, image: app}]}\n'
const ASKING = POD.replace('{name: api}', '{name: api, labels: {m2m.io/inject: "true"}}')
const JOB = `apiVersion: batch/v1
kind: Job
metadata: {name: nightly}
spec:
  template:
    spec: {restartPolicy: Never, containers: [{name: app, image: app}]}
`

test('a pod that asks gets its sidecar', async () => {
  const { code, stdout, stderr } = await inject(ASKING, '--image', 'm2m:7')
  expect([stderr, code]).toEqual(['pod/api: injected\n', 0])
  const pod = parse(stdout)
  expect(pod.spec.initContainers[0]).toMatchObject({ name: 'm2m-proxy', image: 'm2m:7', restartPolicy: 'Always' })
  expect(pod.spec.containers[0].env).toContainEqual({
    name: 'OPENAI_BASE_URL',
    value: 'http://127.0.0.1:4141/openai/v1',
  })
})

test('one that does not ask stays as it is, and the exit code is 1 where none does', async () => {
  const { code, stdout, stderr } = await inject(POD)
  expect([stdout, code]).toEqual([POD, 1])
  expect(stderr).toMatch(/^pod\/api: does not ask: .*\nno workload asks for a sidecar\n$/)
})

test('one that asks and cannot have it is told why, and the exit code is 1', async () => {
  const { code, stderr } = await inject(`${ASKING}---\n${ASKING.replace('spec: {', 'spec: {hostNetwork: true, ')}`)
  expect(code).toBe(1)
  expect(stderr).toMatch(/^pod\/api: injected\npod\/api: not injected: HostNetwork: /)
})

test('an object of which others make pods stays as it is, and is told', async () => {
  const rollout = JOB.replace('batch/v1', 'argoproj.io/v1alpha1').replace('kind: Job', 'kind: Rollout')
  const { code, stdout, stderr } = await inject(rollout)
  expect([stdout, code]).toEqual([rollout, 1])
  expect(stderr).toMatch(/^rollout\.argoproj\.io\/nightly: left as it is: .*\nno workload asks for a sidecar\n$/)
})

test('JSON that is nested a hundred thousand times ends with a sentence', async () => {
  const { code, stderr } = await inject(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)
  expect(stderr).toMatch(/^m2m: .*nested too deeply\n$/)
  expect(code).toBe(2)
})

test('a namespace asks by its labels, those of the flag or those of the manifest', async () => {
  const byFlag = await inject(POD, '--namespace-labels', 'm2m.io/inject=true')
  expect(byFlag.code).toBe(0)
  const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {m2m.io/inject: "true"}}\n'
  expect((await inject(`${namespace}---\n${POD}`, '-n', 'shop')).code).toBe(0)
  expect((await inject(`${namespace}---\n${POD}`, '-n', 'other')).code).toBe(1)
})

test('a StatefulSet puts its claims in the place of volumes with their names: ours take others', async () => {
  const manifest = `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  template:
    metadata: {labels: {m2m.io/inject: "true"}}
    spec: {containers: [{name: app, image: app}]}
  volumeClaimTemplates: [{metadata: {name: m2m-policy}, spec: {accessModes: [ReadWriteOnce]}}]
`
  const { code, stdout } = await inject(manifest)
  const { volumes } = parse(stdout).spec.template.spec
  const names = volumes.map(({ name }: { name: string }) => name)
  expect([code, names]).toEqual([0, [expect.stringMatching(/^m2m-policy-[0-9a-f]{8}$/), 'm2m-podinfo']])
  expect((await inject(stdout)).stdout).toBe(stdout)
})

test('a template without metadata gets them, and its sidecar knows the workload', async () => {
  const { code, stdout } = await inject(JOB, '--namespace-labels', 'm2m.io/inject=true')
  expect(code).toBe(0)
  const { template } = parse(stdout).spec
  expect(template.metadata).toMatchObject({ labels: { 'm2m.io/injected': 'true' } })
  expect(template.metadata).not.toHaveProperty('ownerReferences')
  expect(template.spec.initContainers[0].env).toContainEqual({ name: 'M2M_WORKLOAD_NAME', value: 'nightly' })
})

test('policies of files decide, and a folder of manifests is read in order', async ({ folder }) => {
  mkdirSync(join(folder, 'k8s'))
  writeFileSync(join(folder, 'k8s/b.yaml'), JOB)
  writeFileSync(join(folder, 'k8s/a.yml'), ASKING)
  writeFileSync(join(folder, 'k8s/notes.txt'), 'no manifest')
  const policy =
    'apiVersion: m2m.io/v1alpha1\nkind: M2MPolicy\nmetadata: {name: all}\nspec: {sidecar: {logLevel: debug}}\n'
  writeFileSync(join(folder, 'policy.yaml'), policy)
  const args = ['inject', '-f', join(folder, 'k8s'), '--policy', join(folder, 'policy.yaml')]
  const { code, stdout, stderr } = await runCli(args)
  expect([stderr.split('\n').map((line) => line.replace(/:.*/, '')), code]).toEqual([['pod/api', 'job/nightly', ''], 0])
  expect(stdout.toString()).toMatch(/name: M2M_LOG_LEVEL\s+value: debug/)
})

test.each([
  [['inject'], 'missing flag: -f FILE'],
  [['inject', '-f', '/nonexistent.yaml', '--policy', '-'], 'cannot read /nonexistent.yaml: there is no such file'],
  [['inject', '-f', '-', '--policy', '/nonexistent.yaml'], 'cannot read /nonexistent.yaml'],
  [['inject', '-f', '-', '--policy', '-', '--context', 'x'], '--policy asks files, and no cluster'],
  [['inject', '-f', '-', '--namespace-labels', 'a=b'], '--namespace-labels goes with --policy'],
  [['inject', '-f', '-', '--policy', '-', '--namespace-labels', 'a'], '--namespace-labels takes KEY=VALUE'],
])('%j ends with 2 and says why', async (args, message) => {
  const { code, stdout, stderr } = await runCli(args, { stdin: ASKING })
  expect([stdout.toString(), code]).toEqual(['', 2])
  expect(stderr).toContain(message)
})

test('a manifest that is no YAML ends with 2, its line, and nothing printed', async () => {
  const { code, stdout, stderr } = await inject(`${ASKING}---\na: 1\na: 2\n`)
  expect([stdout, code]).toEqual(['', 2])
  expect(stderr).toMatch(/^m2m: -:\d+: /)
})

async function inject(
  stdin: string,
  ...args: string[]
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await runCli(['inject', '-f', '-', '--policy', '-', ...args], { stdin })
  return { code, stdout: stdout.toString(), stderr }
}

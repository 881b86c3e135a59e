/** `m2m policy explain` without a cluster; test/cluster has it with one. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { runCli } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'explain-'))
afterAll(() => rmSync(folder, { recursive: true }))

const WIDE = '{ matchLabels: { kubernetes.io/metadata.name: shop } }'
const FILE = write(
  'policies.yaml',
  [
    policy('all', 'shop', '{}'),
    policy('api', 'shop', '{ selector: { matchLabels: { app: api } }, compression: { mode: Audit } }'),
    policy('web', 'shop', '{ selector: { matchLabels: { app: web } } }'),
    policy('typo', 'shop', '{ compresion: {} }'),
    policy('elsewhere', 'other', '{}'),
    policy('off', 'm2m-system', `{ scope: Override, suspend: true, namespaceSelector: ${WIDE} }`),
    policy('fleet', 'm2m-system', `{ namespaceSelector: ${WIDE} }`),
  ].join('---\n'),
)
/** Neither a kubeconfig nor a service account. */
const NOWHERE = { KUBECONFIG: '', HOME: folder, KUBERNETES_SERVICE_HOST: '' }

const CONFIG = write(
  'kubeconfig',
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:9' } }],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: 'prod', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'prod',
  }),
)

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

function policy(name: string, namespace: string, spec: string): string {
  return `apiVersion: m2m.io/v1alpha1\nkind: M2MPolicy\nmetadata: { name: ${name}, namespace: ${namespace} }\nspec: ${spec}\n`
}

describe('policy explain of files', () => {
  test.each<[string, string[], RegExp]>([
    [
      'that asks',
      ['--annotations', 'm2m.io/inject=true'],
      /would get one: the pod's annotation m2m.io\/inject: "true"/,
    ],
    ['that refuses', ['--annotations', 'm2m.io/inject=false'], /would get none: the pod says m2m.io\/inject: "false"/],
    ['that asks in no clear words', ['--annotations', 'm2m.io/inject=yes'], /would get none: .*"yes".*neither/],
    [
      'of a namespace that asks',
      ['--annotations', '-', '--namespace-labels', 'm2m.io/inject=true'],
      /would get one: the label/,
    ],
    [
      'of the control plane',
      ['--annotations', 'm2m.io/inject=true', '--namespace', 'kube-system'],
      /none: .*ExcludedNamespace/,
    ],
  ])('says whether a pod %s gets a sidecar', async (_title, flags, expected) => {
    const { stdout } = await runCli(['policy', 'explain', '--labels', 'app=api', '--namespace', 'shop', ...flags, FILE])
    expect(stdout.toString()).toMatch(expected)
  })

  test('says who holds for a pod, by which rule, and why the others do not', async () => {
    const ended = await runCli(['policy', 'explain', '--labels', 'app=api', '--namespace', 'shop', FILE])
    expect(ended.stdout.toString().split('\n')).toEqual([
      'a pod of namespace shop (app=api)',
      '  policy  shop/api, by Specificity over shop/all',
      '',
      expect.stringMatching(/^POLICY +SCOPE +SELECTS +PRIORITY +CREATED +MODE +RESULT$/),
      expect.stringMatching(/^shop\/api +Default +some pods, namespace +0 +- +Audit +holds$/),
      expect.stringMatching(/^shop\/all .* loses by Specificity$/),
      expect.stringMatching(/^m2m-system\/fleet +Default +all pods, cluster .* loses by Specificity$/),
      expect.stringMatching(/^m2m-system\/off .* not in question: suspended$/),
      expect.stringMatching(/^shop\/typo .* refused: spec\.compresion: unknown field; did you mean compression\?$/),
      expect.stringMatching(/^shop\/web .* its selector, by the pod's labels: app=web \(it is api\)$/),
      '',
    ])
    expect(ended.code).toBe(0)
  })

  test('tells programs the same', async () => {
    const ended = await runCli(['policy', 'explain', '--json', '--labels', '-', '-n', 'shop', FILE])
    const { policy: winner, losers, others, cluster } = JSON.parse(ended.stdout.toString())
    expect(winner).toMatchObject({ id: 'shop/all', rule: 'Specificity' })
    expect(losers).toMatchObject([{ id: 'm2m-system/fleet', rule: 'Specificity' }])
    expect(others.map(({ id }: { id: string }) => id)).toEqual(['m2m-system/off', 'shop/api', 'shop/typo', 'shop/web'])
    expect(cluster).toBeUndefined()
  })

  test('says that none holds', async () => {
    const ended = await runCli(['policy', 'explain', '--labels', '-', '-n', 'empty', FILE])
    expect(ended.stdout.toString()).toContain("  policy  none: the sidecar's default serves\n")
  })

  test('reads what kubectl has written as a list, with the age of each', async () => {
    const item = (name: string, creationTimestamp: string): object => ({
      apiVersion: 'm2m.io/v1alpha1',
      kind: 'M2MPolicy',
      metadata: { name, namespace: 'shop', creationTimestamp },
      spec: {},
    })
    const items = [item('a', '2026-02-01T00:00:00Z'), item('b', '2026-01-01T00:00:00Z')]
    const list = write('list.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
    const ended = await runCli(['policy', 'explain', '--labels', '-', '-n', 'shop', list])
    expect(ended.stdout.toString()).toContain('  policy  shop/b, by Age over shop/a\n')
  })
})

describe('policy explain ends with', () => {
  test.each([
    ['2 without a pod', ['policy', 'explain', 'api-0'], /it takes one pod, as pod\/NAME/, 2],
    ['2 for two pods', ['policy', 'explain', 'pod/a', 'pod/b'], /it takes one pod/, 2],
    ['2 for labels that are none', ['policy', 'explain', '--labels', 'app', FILE], /--labels takes KEY=VALUE,/, 2],
    ['2 for files and a cluster', ['policy', 'explain', '--labels', '-', '--context', 'a', FILE], /and no cluster/, 2],
    [
      '2 for a file without a policy',
      ['policy', 'explain', '--labels', '-', write('a.yaml', 'a: 1')],
      /holds no M2MP/,
      2,
    ],
    ['2 for broken YAML', ['policy', 'explain', '--labels', '-', write('b.yaml', 'a: [')], /b\.yaml:1: /, 2],
    [
      '1 without a kubeconfig',
      ['policy', 'explain', 'pod/a'],
      /no cluster can be asked: there is no KUBECONFIG.*; --kubeconfig FILE names one/,
      1,
    ],
    [
      '1 without that file',
      ['policy', 'explain', 'pod/a', '--kubeconfig', '/no/file'],
      /no cluster can be asked: ENOENT/,
      1,
    ],
    [
      '1 where the API server does not answer',
      ['policy', 'explain', 'pod/a', '--kubeconfig', CONFIG],
      /ECONNREFUSED/,
      1,
    ],
    [
      '1 without that context',
      ['policy', 'explain', 'pod/a', '--kubeconfig', CONFIG, '--context', 'prot'],
      /no context "prot", only prod/,
      1,
    ],
  ])('%s', async (_, args, message, code) => {
    const ended = await runCli(args, { env: NOWHERE })
    expect(ended.stderr).toMatch(message)
    expect(ended.code).toBe(code)
  })
})

import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { choosePolicy, type Labels } from '../../../src/core/policy/documents.ts'
import { isPolicyFile, type PolicyFile } from '../../../src/core/policy/index.ts'

const policy = (name: string): string =>
  `apiVersion: m2m.io/v1alpha1\nkind: M2MPolicy\nmetadata: { name: ${name} }\nspec: {}\n`
const NO_LIST = 'is not a list of { key, hash, selector, inherits }, or of { key, hash } in version 1'
const hash = (text: string): string => createHash('sha256').update(text).digest('hex')

function choose(
  files: Readonly<Record<string, string>>,
  labels: Labels = {},
): { name: string | undefined; errors: string[] } {
  const choice = choosePolicy(toFiles(files), labels)
  return { name: choice.policy?.name, errors: choice.errors.map(({ file, message }) => `${file}: ${message}`) }
}

function toFiles(files: Readonly<Record<string, string>>): PolicyFile[] {
  return Object.entries(files).map(([name, text]) => ({ name, file: `/b/${name}`, text }))
}

describe('a bundle without an index', () => {
  test('holds no policy when it holds no document', () => {
    expect(choose({})).toEqual({ name: undefined, errors: [] })
    expect(choose({ 'a.yaml': '# later\n' })).toEqual({ name: undefined, errors: [] })
  })

  test('holds the one policy there is', () => {
    expect(choose({ 'a.yaml': policy('one'), 'b.yaml': '' })).toEqual({ name: 'one', errors: [] })
  })

  test('must not hold two, in one file or in several', () => {
    const errors = ['/b/a.yaml: one policy is expected, found one (/b/a.yaml), two (/b/b.yaml)']
    expect(choose({ 'a.yaml': policy('one'), 'b.yaml': policy('two') })).toEqual({ name: undefined, errors })
    expect(choose({ 'a.yaml': `${policy('one')}---\n${policy('two')}` }).errors).toHaveLength(1)
  })

  test('is refused as a whole when one of its files has an error', () => {
    const found = choose({ 'a.yaml': policy('one'), 'b.yaml': 'kind: X' })
    expect(found.name).toBeUndefined()
    expect(found.errors).toContain('/b/b.yaml: must be M2MPolicy')
  })
})

describe('a bundle with an index', () => {
  const one = policy('one')
  const two = policy('two')

  test('gives the first entry', () => {
    const index = JSON.stringify([
      { key: 'b.yaml', hash: hash(two) },
      { key: 'a.yaml', hash: hash(one) },
    ])
    expect(choose({ 'index.json': index, 'a.yaml': one, 'b.yaml': two })).toEqual({ name: 'two', errors: [] })
  })

  test.each([
    ['a key that is not there', [{ key: 'c.yaml', hash: '' }], '/b/index.json: names c.yaml, which is not there'],
    [
      'a hash that differs, as of files that belong to two bundles',
      [{ key: 'a.yaml', hash: hash('') }],
      '/b/a.yaml: does not have the hash that index.json gives',
    ],
    ['a selector in version 1', [{ selector: {}, key: 'a.yaml', hash: hash(one) }], `/b/index.json: ${NO_LIST}`],
    ['no entry in version 1', [], `/b/index.json: ${NO_LIST}`],
    ['a file without a policy', [{ key: 'none.yaml', hash: hash('# later') }], '/b/none.yaml: holds no policy'],
  ])('is refused for %s', (_, entries, error) => {
    const files = { 'index.json': JSON.stringify(entries), 'a.yaml': one, 'none.yaml': '# later' }
    expect(choose(files)).toEqual({ name: undefined, errors: [error] })
  })

  test('names its version, or is of version 1', () => {
    const entries = [{ key: 'a.yaml', hash: hash(one) }]
    for (const index of [entries, { version: 1, policies: entries }, { version: 2, policies: entries }]) {
      expect(choose({ 'index.json': JSON.stringify(index), 'a.yaml': one })).toEqual({ name: 'one', errors: [] })
    }
  })

  test.each([
    { version: 1, policies: [{ key: 'a.yaml', hash: 'h' }], selectors: [] },
    { version: 2, policies: [], minimum: 2 },
    { version: 2, policies: [{ key: 'a.yaml', hash: 'h', weight: 1 }] },
    { version: 2 },
  ])('is refused for a member that its version does not have, or lacks: %j', (index) => {
    expect(choose({ 'index.json': JSON.stringify(index) }).errors).toEqual([`/b/index.json: ${NO_LIST}`])
  })

  test.each([3, '1', null])('is refused for the unknown version %j', (version) => {
    const index = JSON.stringify({ version, entries: 'another form' })
    expect(choose({ 'index.json': index, 'a.yaml': one })).toEqual({
      name: undefined,
      errors: [`/b/index.json: is of version ${JSON.stringify(version)}; this version of M2M reads 2 and 1`],
    })
  })

  test('is refused with a key of a file of the pod, which no operator writes', () => {
    const credentials = '{ mode: File, path: /var/run/secrets/kubernetes.io/serviceaccount/token }'
    const spec = `{ providers: [{ name: mine, baseURL: "https://llm.example", credentials: ${credentials} }] }`
    const text = one.replace('spec: {}', `spec: ${spec}`)
    const index = JSON.stringify({ version: 2, policies: [{ key: 'a.yaml', hash: hash(text) }] })
    expect(choose({ 'index.json': index, 'a.yaml': text }).errors).toEqual([
      '/b/a.yaml: spec.providers[0].credentials.mode: no operator writes Env or File',
    ])
    expect(choose({ 'a.yaml': text }).name).toBe('one')
  })

  test('is refused with a file that no operator writes, before it is read as YAML', () => {
    const text = `${one}${Array.from({ length: 60_000 }, (_, i) => `k${i}: 1\n`).join('')}`
    const index = JSON.stringify({ version: 2, policies: [{ key: 'a.yaml', hash: hash(text) }] })
    expect(choose({ 'index.json': index, 'a.yaml': text }).errors).toEqual([
      '/b/a.yaml: is longer than 65536 characters',
    ])
  })

  test('is refused when the index is no JSON', () => {
    expect(choose({ 'index.json': '[', 'a.yaml': one }).errors).toHaveLength(1)
  })
})

describe('a bundle with selectors', () => {
  const one = policy('one')
  const two = policy('two')
  const files = {
    'index.json': JSON.stringify({
      version: 2,
      policies: [
        { key: 'a.yaml', hash: hash(one), selector: { matchLabels: { app: 'api' } } },
        { key: 'b.yaml', hash: hash(two), selector: { matchExpressions: [{ key: 'tier', operator: 'Exists' }] } },
      ],
    }),
    'a.yaml': one,
    'b.yaml': two,
  }

  test('gives the first entry that matches the labels of the pod', () => {
    expect(choose(files, { app: 'api', tier: 'web' }).name).toBe('one')
    expect(choose(files, { app: 'web', tier: 'web' }).name).toBe('two')
  })

  test.each<[string, Readonly<Record<string, string>>]>([
    ['none matches', files],
    ['the list is empty', { 'index.json': '{"version":2,"policies":[]}' }],
  ])('says that no policy holds for the pod: %s', (_, bundle) => {
    expect(choosePolicy(toFiles(bundle), {})).toEqual({ policy: undefined, isIndexed: true, errors: [] })
  })

  test('names the hash of the entry in force', () => {
    expect(choosePolicy(toFiles(files), { tier: 'web' })).toMatchObject({ isIndexed: true, hash: hash(two) })
  })

  test('does not read the files of entries that do not match', () => {
    expect(choose({ ...files, 'a.yaml': 'kind: [' }, { tier: 'web' })).toEqual({ name: 'two', errors: [] })
  })
})

test.each([
  ['a.yaml', true],
  ['a.yml', true],
  ['index.json', true],
  ['..data', false],
  ['.a.yaml.swp', false],
  ['.a.yaml', false],
  ['a.yaml~', false],
  ['readme.md', false],
])('%s is a policy file: %s', (name, expected) => {
  expect(isPolicyFile(name)).toBe(expected)
})

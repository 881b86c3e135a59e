import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { choosePolicy } from '../../../src/core/policy/documents.ts'
import { isPolicyFile } from '../../../src/core/policy/index.ts'

const policy = (name: string): string =>
  `apiVersion: m2m.io/v1alpha1\nkind: M2MPolicy\nmetadata: { name: ${name} }\nspec: {}\n`
const hash = (text: string): string => createHash('sha256').update(text).digest('hex')

function choose(files: Readonly<Record<string, string>>): { name: string | undefined; errors: string[] } {
  const choice = choosePolicy(Object.entries(files).map(([name, text]) => ({ name, file: `/b/${name}`, text })))
  return { name: choice.policy?.name, errors: choice.errors.map(({ file, message }) => `${file}: ${message}`) }
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
      'a hash that differs',
      [{ key: 'a.yaml', hash: hash('') }],
      '/b/a.yaml: does not have the hash that index.json gives',
    ],
    [
      'a selector',
      [{ selector: {}, key: 'a.yaml', hash: hash(one) }],
      '/b/index.json: is not a list of { key, hash }; selectors are not available in this version',
    ],
    ['no entry', [], '/b/index.json: is not a list of { key, hash }; selectors are not available in this version'],
  ])('is refused for %s', (_, entries, error) => {
    expect(choose({ 'index.json': JSON.stringify(entries), 'a.yaml': one })).toEqual({
      name: undefined,
      errors: [error],
    })
  })

  test('names its version, or is of version 1', () => {
    const entries = [{ key: 'a.yaml', hash: hash(one) }]
    for (const index of [entries, { version: 1, policies: entries }]) {
      expect(choose({ 'index.json': JSON.stringify(index), 'a.yaml': one })).toEqual({ name: 'one', errors: [] })
    }
  })

  test('with a member that version 1 does not have is refused', () => {
    const index = JSON.stringify({ version: 1, policies: [{ key: 'a.yaml', hash: 'h' }], selectors: [] })
    expect(choosePolicy([{ name: 'index.json', file: 'i', text: index }]).errors).toHaveLength(1)
  })

  test.each([2, '1', null])('is refused for the unknown version %j', (version) => {
    const index = JSON.stringify({ version, entries: 'another form' })
    expect(choose({ 'index.json': index, 'a.yaml': one })).toEqual({
      name: undefined,
      errors: [`/b/index.json: is of version ${JSON.stringify(version)}; this version of M2M reads version 1`],
    })
  })

  test('is refused when the index is no JSON', () => {
    expect(choose({ 'index.json': '[', 'a.yaml': one }).errors).toHaveLength(1)
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

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import type { Edit } from '../../../src/cli/inject/apply.ts'
import { readManifest } from '../../../src/cli/inject/manifest.ts'
import { assertProperty } from '../../support/assert-property.ts'

const CONTAINER = { name: 'm2m-proxy', args: ['yes', '0644', 'null'] }

function add(path: string, value: unknown, below: Edit['path'] = []): Edit {
  return { path: below, operations: [{ op: 'add', path, value }] }
}

function printed(text: string, ...edits: Edit[]): string {
  return readManifest('pod.yaml', text)
    .map((document) => document.print(edits))
    .join('---\n')
}

describe('a manifest of YAML', () => {
  const POD = `# Of the shop.
apiVersion: v1
kind: Pod
metadata:
  name: "api" # a name
spec:
  volumes:
  - name: keys
    secret: { secretName: keys, defaultMode: 0644 }
  containers:
  # The application.
  - name: app
    image: app:1.10
    command:
    - sh
    - -c
    - |
      echo "yes"
      exit 0
    env: []
    day: 2026-11-30
    time: 12:30:45
    long: ${'word '.repeat(40)}end
`

  test('is printed with its comments, its order and its own notation of everything that is not ours', () => {
    const edits = [
      add('/spec/initContainers', [CONTAINER]),
      add('/spec/containers/0/env/-', { name: 'A', value: 'on' }),
    ]
    expect(
      printed(POD, ...edits),
    ).toBe(`${POD.replace('env: []', 'env:\n    - name: A\n      value: "on"')}  initContainers:
  - name: m2m-proxy
    args:
    - "yes"
    - "0644"
    - "null"
`)
  })

  test('is the same text without edits, and each document of several is', () => {
    expect(printed(POD)).toBe(POD)
    expect(printed('a:   {b:  1}\n---\n# second\nc:   [ 2,3 ]\n')).toBe('a:   {b:  1}\n---\n# second\nc:   [ 2,3 ]\n')
  })

  test('unfolds what stands between braces on the way to an edit, and nothing else', () => {
    const text = 'metadata: {name: a, labels: {x: "1"}}\nspec: {containers: [{name: app, args: [a, b]}]}\n'
    expect(printed(text, add('/spec/containers/0', { name: 'm2m-proxy' }))).toBe(`metadata: {name: a, labels: {x: "1"}}
spec:
  containers:
    - name: m2m-proxy
    - {name: app, args: [a, b]}
`)
  })

  test('keeps lists indented where they were', () => {
    const text = 'spec:\n  containers:\n    - name: app\n'
    expect(printed(text, add('/spec/containers/0', { name: 'm2m-proxy' }))).toBe(
      'spec:\n  containers:\n    - name: m2m-proxy\n    - name: app\n',
    )
  })

  test('is read as kubectl reads it: times and dates are texts', () => {
    const [document] = readManifest('pod.yaml', POD)
    expect(document?.value).toMatchObject({
      spec: { containers: [{ day: '2026-11-30', time: '12:30:45' }], volumes: [{ secret: { defaultMode: 420 } }] },
    })
  })

  test('has no part of it changed by an edit elsewhere that shares an anchor', () => {
    const text = 'a: &shared\n  labels: {x: "1"}\nb: *shared\n'
    const value = parse(printed(text, add('/labels/y', '2', ['b'])))
    expect(value).toEqual({ a: { labels: { x: '1' } }, b: { labels: { x: '1', y: '2' } } })
    expect(parse(printed(text, add('/labels/y', '2', ['a'])))).toEqual({
      a: { labels: { x: '1', y: '2' } },
      b: { labels: { x: '1' } },
    })
  })

  test('of several documents is several, and empty ones are none', () => {
    expect(printed('---\n# first\na: 1\n---\n---\nb: 2\n')).toBe('# first\na: 1\n---\nb: 2\n')
  })
})

test('any data, printed with edits anywhere, reads as the data with these edits', () => {
  const key = fc.oneof(fc.constantFrom('yes', 'null', '0644', 'a b', '~', '#', 'a/b~c'), fc.string({ minLength: 1 }))
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, fc.string(), fc.integer(), fc.boolean(), tie('list'), tie('map')),
    list: fc.array(tie('value'), { maxLength: 3 }),
    map: fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  }))
  const property = fc.property(
    fc.dictionary(key, value, { minKeys: 1, noNullPrototype: true }),
    value,
    (data, added) => {
      const [text, edit] = [stringify(data, { version: '1.1' }), add('/added~1here', added)]
      const [document] = readManifest('any.yaml', printed(text, edit))
      expect(document?.value).toEqual({ ...data, 'added/here': added })
    },
  )
  assertProperty(property, { numRuns: 300 })
})

test('JSON stays JSON', () => {
  const text = JSON.stringify({ kind: 'Pod', spec: { containers: [{ name: 'app' }] } })
  expect(JSON.parse(printed(text, add('/spec/initContainers', [CONTAINER])))).toEqual({
    kind: 'Pod',
    spec: { containers: [{ name: 'app' }], initContainers: [CONTAINER] },
  })
})

test.each([
  ['a: [1', /^pod.yaml:\d+: /],
  ['a: 1\na: 2\n', /^pod.yaml:2: .*unique/],
  ['a: *nowhere\n', /^pod.yaml: .*nowhere/],
  ['['.repeat(100_000), /^pod.yaml/],
  [`a: &a [${'x,'.repeat(20)}]\nb: &b [${'*a,'.repeat(20)}]\nc: [${'*b,'.repeat(20)}]\n`, /alias/i],
])('a text that is none is refused with its line: %.30s', (text, message) => {
  expect(() => printed(text)).toThrow(
    expect.objectContaining({ code: 'MANIFEST_INVALID', message: expect.stringMatching(message) }),
  )
})

test.each([
  ['YAML', 'kind: Pod\nspec: { large: 9007199254740993 }\n'],
  ['JSON', '{"kind":"Pod","spec":{"large":9007199254740993}}'],
])('a number in %s that JavaScript would round is refused, and kept where nothing is added', (_kind, text) => {
  expect(printed(text)).toBe(text)
  expect(() => printed(text, add('/spec/containers', []))).toThrow(/9007199254740993 is too large/)
  expect(printed(text.replace('9007199254740993', '9007199254740991'), add('/spec/containers', []))).toContain('740991')
})

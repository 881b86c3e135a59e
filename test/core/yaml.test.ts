import { expect, test } from 'vitest'
import { readYaml } from '../../src/core/yaml.ts'

test('tells the line of a key, of an item, and of the nearest thing above what is not there', () => {
  const [document] = readYaml('a:\n  b: 1\n  list:\n    - x\n    - c: 2\n')
  const lines = [['a'], ['a', 'b'], ['a', 'list', 1], ['a', 'list', 1, 'c'], ['a', 'zz'], ['a', 'list', 7], []]
  expect(lines.map((path) => document?.lineOf(path))).toEqual([1, 2, 5, 5, 1, 3, 1])
})

test('counts the lines of the file, not of the document', () => {
  const [, second] = readYaml('a: 1\n---\nb: 2\n')
  expect([second?.value, second?.lineOf(['b'])]).toEqual([{ b: 2 }, 3])
})

test('leaves empty documents out', () => {
  expect(readYaml('---\n---\n# nothing\n---\nnull\n')).toEqual([])
})

test('keeps a key called __proto__ a key', () => {
  const [document] = readYaml('__proto__: { a: 1 }\n')
  expect(Object.keys(document?.value as object)).toEqual(['__proto__'])
})

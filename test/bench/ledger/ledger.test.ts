import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compareFiles, compareLedgers } from './compare-files.ts'
import { type Figure, figuresOf, type Ledger } from './ledger.ts'
import { reduceToMedians } from './medians.ts'
import { sizesOf } from './sizes.ts'

function ledger(figures: readonly Figure[]): Ledger {
  return {
    builds: { this: 'a1b2c3d fix: it', base: undefined },
    node: 'v24.0.0',
    machine: 'a processor, 2 cores',
    figures,
  }
}

function cpu(who: string, value: number): Figure {
  return { section: 'json', who, what: 'CPU us per call', value }
}

test('two runs are compared figure by figure, also after each is divided by its own floor', () => {
  // Everything in the second run took twice as long, but for the sidecar, which took as long.
  const rows = compareLedgers(
    ledger([cpu('floor', 50), cpu('this', 200)]),
    ledger([cpu('floor', 100), cpu('this', 200)]),
  )
  expect(rows).toMatchObject([
    { who: 'floor', a: 50, b: 100, ratio: 2, floored: undefined },
    { who: 'this', a: 200, b: 200, ratio: 1, floored: 0.5 },
  ])
})

test('a figure that only one run has is left out', () => {
  expect(compareLedgers(ledger([cpu('portkey', 300)]), ledger([cpu('this', 200)]))).toEqual([])
})

test('the files of two runs are printed side by side, with their builds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'm2m-ledger-'))
  const [a, b] = [join(folder, 'a.json'), join(folder, 'b.json')]
  writeFileSync(a, JSON.stringify(ledger([cpu('this', 200)])))
  writeFileSync(b, JSON.stringify(ledger([cpu('this', 80)])))
  expect(compareFiles(a, b)).toContain('A a1b2c3d fix: it (a processor, 2 cores)')
  expect(compareFiles(a, b)).toMatch(/json: this +CPU us per call +200\.0 +80\.0 +0\.40 +-/)
})

test('a file that is no ledger is an error', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'm2m-ledger-')), 'a.json')
  writeFileSync(file, '{"comparisons":[]}')
  expect(() => compareFiles(file, file)).toThrow('this is no file that --json has written')
})

test('what could not be measured is no figure', () => {
  const values = { 'CPU us per call': 9, 'instructions per call': undefined, 'p99 ms': Number.NaN }
  expect(figuresOf({ section: 'json', who: 'this' }, values)).toEqual([cpu('this', 9)])
})

test('records are reduced to the median of each figure', () => {
  const records = [3, 1, 2].map((ms) => ({ ms, cpu: 10 * ms }))
  expect(reduceToMedians(records)).toEqual({ ms: 2, cpu: 20 })
})

test('the size of a build is its code and its tables, without source maps', () => {
  const root = mkdtempSync(join(tmpdir(), 'm2m-sizes-'))
  mkdirSync(join(root, 'dist/chunks'), { recursive: true })
  mkdirSync(join(root, 'dist/tables'))
  for (const [file, bytes] of [
    ['m2m.js', 1000],
    ['chunks/a.js', 2000],
    ['chunks/a.js.map', 9000],
  ] as const) {
    writeFileSync(join(root, 'dist', file), Buffer.alloc(bytes))
  }
  writeFileSync(join(root, 'dist/tables/t.bin'), Buffer.alloc(4000))
  expect(sizesOf(root)).toEqual({ 'code kB': 3, 'tables kB': 4, 'all kB': 7 })
})

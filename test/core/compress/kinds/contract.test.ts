/** Every kind is told from its fixture, whatever a tool puts around the text. */

import { describe, expect, test } from 'vitest'
import { KIND_NAMES, NO_HINT } from '../../../../src/core/compress/kinds/kind.ts'
import { kindOf } from '../../../../src/core/compress/kinds/kind-of.ts'
import { hostileTexts } from '../../../support/hostile-text.ts'
import type { KindFixture } from './fixture.ts'
import { accessibilityTreeKind } from './fixtures/accessibility-tree.ts'
import { annotatedSourceKind } from './fixtures/annotated-source.ts'
import { diffKind } from './fixtures/diff.ts'
import { jsonKind } from './fixtures/json.ts'
import { jsonLinesKind } from './fixtures/json-lines.ts'
import { listingKind } from './fixtures/listing.ts'
import { logKind } from './fixtures/log.ts'
import { markupKind } from './fixtures/markup.ts'
import { proseKind } from './fixtures/prose.ts'
import { searchResultKind } from './fixtures/search-result.ts'
import { sourceKind } from './fixtures/source.ts'
import { tableKind } from './fixtures/table.ts'

const FIXTURES: readonly KindFixture[] = [
  diffKind,
  searchResultKind,
  sourceKind,
  annotatedSourceKind,
  tableKind,
  accessibilityTreeKind,
  logKind,
  listingKind,
  jsonKind,
  jsonLinesKind,
  markupKind,
  proseKind,
]

const ESC = '\u001b'

/** What tools do to a text that keeps its kind. */
const AROUND: readonly (readonly [what: string, change: (text: string) => string])[] = [
  ['as it is', (text) => text],
  ['with colours', (text) => text.replace(/^(.+)$/gm, `${ESC}[1;32m$1${ESC}[0m`)],
  [
    'with the colours and erasures of a search',
    (text) => text.replace(/^(\S+)/gm, `${ESC}[35m${ESC}[K$1${ESC}[m${ESC}[K`),
  ],
  ['with CRLF', (text) => text.replaceAll('\n', '\r\n')],
  ['behind a prompt', (text) => `$ run\n${text}`],
  ['behind the name of a stream', (text) => `stdout:\n${text}\nstderr:\n`],
  ['with blank lines around it', (text) => `\n\n${text}\n\n\n`],
  ['without its last line end', (text) => text.trimEnd()],
]

const LONG = 300_000

test('every kind but unknown has a fixture', () => {
  expect(['unknown', ...FIXTURES.map(({ name }) => name)].sort()).toEqual([...KIND_NAMES].sort())
})

describe.each(FIXTURES.map((fixture) => [fixture.name, fixture] as const))('%s', (name, { texts, others }) => {
  describe.each(AROUND)('%s', (_what, change) => {
    test.each(texts)('%s', (_name, text) => {
      expect(kindOf(change(text), NO_HINT)).toBe(name)
    })
  })

  test.each(others)('is not %s', (_name, text) => {
    expect(kindOf(text, NO_HINT)).not.toBe(name)
  })

  test('is the same for a text whose end is cut off', () => {
    const [, text] = texts[0] ?? ['', '']
    expect(kindOf(text.slice(0, 0.9 * text.length), NO_HINT)).toBe(name)
  })
})

// The same prose again and again is what a program says.
test.each(FIXTURES.filter(({ name }) => name !== 'prose'))('$name is the same for a long text', ({ name, texts }) => {
  const [, text] = texts[0] ?? ['', '']
  expect(kindOf(`${text}\n`.repeat(Math.ceil(LONG / text.length)), NO_HINT)).toBe(name)
})

test.each(hostileTexts(1_000_000))('comes to an end on 1 MB of %s', (_name, text) => {
  expect(KIND_NAMES).toContain(kindOf(text, NO_HINT))
})

test('a text that is nothing in particular is unknown', () => {
  for (const text of ['', '\n\n', 'ok', '42', 'a1 b2\nc3 d4 e5\n%% 12\n', '\u0000\u0001']) {
    expect(kindOf(text, NO_HINT)).toBe('unknown')
  }
})

describe('a file that a tool shows', () => {
  const file = { isFile: true, isRead: false }

  test('keeps the layout of its JSON', () => {
    const json = JSON.stringify({ name: 'till', files: ['a', 'b'], rate: 7 }, null, 2)
    expect(kindOf(json, NO_HINT)).toBe('json')
    expect(kindOf(json, file)).toBe('source')
    expect(kindOf(json.slice(0, 50), file)).toBe('source')
    expect(kindOf(JSON.stringify({ name: 'till', files: ['a', 'b'] }), file)).toBe('json')
  })

  test('keeps its markup', () => {
    const page = '<?xml version="1.0"?>\n<project>\n  <name>till</name>\n</project>\n'
    expect(kindOf(page, file)).toBe('source')
  })

  test('is a table or a log all the same', () => {
    expect(kindOf('a,b,c\n1,2,3\n4,5,6\n7,8,9\n', file)).toBe('table')
  })
})

/** Holds links between documents, and citations in comments, against the files and headings of the repository. */

import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { citationsOf, commentsOf } from './comments.ts'
import { anchorsOf, headingsOf, linksOf } from './markdown.ts'

const NOT_OURS = ['**/node_modules/**', 'dist/**', 'coverage/**', '.cache/**']
const DOCUMENTS = globSync('**/*.md', { exclude: NOT_OURS })
const SOURCES = globSync('{src,sidecar,scripts,test}/**/*.ts', { exclude: NOT_OURS })

test('documents and sources are found', () => {
  expect(DOCUMENTS).toContain('README.md')
  expect(SOURCES).toContain('test/repository/citations.test.ts')
})

describe('every relative link leads to a file, and to a heading where it names one', () => {
  test.each(DOCUMENTS)('%s', (document) => {
    const broken = linksOf(readFileSync(document, 'utf8')).filter(
      (link) => isRelative(link) && !isResolved(document, link),
    )
    expect(broken).toEqual([])
  })
})

test('every document of docs that a comment cites exists, with the heading that the comment names', () => {
  expect(wrongCitations(({ document }) => document.startsWith('docs/'))).toEqual([])
})

test('no comment cites a document that is not in the repository', () => {
  expect([...wrongCitations(() => true), ...cited(/\(spec: [^)]*\)?/g)]).toEqual([])
})

describe('the reader of comments', () => {
  test.each([
    ['/** Counts tokens (docs/spec/tokens.md, Counting). */', ['docs/spec/tokens.md', 'Counting']],
    [
      '/**\n * Joins paths (docs/spec/routing.md, Base URL and\n * path; RFC 3986).\n */',
      ['docs/spec/routing.md', 'Base URL and path'],
    ],
    ['  // Listed in docs/models.md, which\n  // has sources.', ['docs/models.md', undefined]],
    ['const a = 1 // as policy.md has it', ['policy.md', undefined]],
    ["const a = 'docs/models.md'", undefined],
    ['// https://example.com/README.md', undefined],
  ])('%j', (source, expected) => {
    const found = commentsOf(source).flatMap(citationsOf)
    expect(found.map(({ document, heading }) => [document, heading])).toEqual(expected === undefined ? [] : [expected])
  })
})

describe('the reader of Markdown', () => {
  const text = '# A `b`: [c](d.md)\n## Again\n## Again\n```\n# no [x](y)\n```\n[e](f.md#g "h") `[i](j)` ![k](l.png)\n'

  test('finds links outside of code', () => {
    expect(linksOf(text)).toEqual(['d.md', 'f.md#g', 'l.png'])
  })

  test('makes the anchors that GitHub makes', () => {
    expect(anchorsOf(text)).toEqual(['a-b-c', 'again', 'again-1'])
  })
})

function isRelative(link: string): boolean {
  return !/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(link)
}

function isResolved(document: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const file = path === '' ? document : join(dirname(document), decodeURIComponent(path))
  if (!existsSync(file)) return false
  if (anchor === undefined || statSync(file).isDirectory()) return anchor === undefined
  return anchorsOf(readFileSync(file, 'utf8')).includes(anchor)
}

/** Citations, each with its file, that name a document or a heading that does not exist. */
function wrongCitations(isMeant: (citation: { document: string }) => boolean): string[] {
  return comments().flatMap(({ file, comment }) =>
    citationsOf(comment)
      .filter((citation) => isMeant(citation) && !hasHeading(citation))
      .map(({ document, heading }) => `${file}: ${document}${heading === undefined ? '' : `, ${heading}`}`),
  )
}

function hasHeading({ document, heading }: { document: string; heading?: string | undefined }): boolean {
  if (!existsSync(document)) return false
  return heading === undefined || headingsOf(readFileSync(document, 'utf8')).includes(heading)
}

function cited(pattern: RegExp): string[] {
  return comments().flatMap(({ file, comment }) => [...comment.matchAll(pattern)].map(([text]) => `${file}: ${text}`))
}

/** This folder is left out: it cites made-up documents. */
function comments(): { file: string; comment: string }[] {
  return SOURCES.filter((file) => !file.startsWith('test/repository/')).flatMap((file) =>
    commentsOf(readFileSync(file, 'utf8')).map((comment) => ({ file, comment })),
  )
}

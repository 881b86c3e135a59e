/**
 * Listings of paths: each directory once, with a colon, and below it the names in it, as `ls -R` shows them. The order
 * stays, and so does what stands before a path: a size, a state.
 */

import { MAX_BLOCK_BYTES } from '../limits.ts'
import { linePattern } from '../lines/line-pattern.ts'
import { bareLinesOf, linesOf } from '../lines/lines.ts'
import { type PathGroup, pathGroups } from '../paths/path-groups.ts'
import { directoryOf, headingOf, type ListingStyle, leadOf, type PathLine, pathLine } from '../paths/path-lines.ts'
import type { Technique } from '../technique.ts'

/** A head line costs about as many tokens. */
const MIN_SAVED = 14

const HEADS = linePattern(
  ', each directory above its entries',
  /^\[\d+ paths(?: with (?:size|state))?, each directory above its entries/m,
)
const HEAD = /^\[([1-9]\d{0,8}) paths(?: with (size|state))?, each directory above its entries\]$/

/** With a size or a state first: what begins so could be taken for a path with blanks. */
const STYLES: readonly ListingStyle[] = ['sizes', 'states', 'paths']

export const listingPaths: Technique = {
  name: 'listing-paths',
  equivalence: 'string',

  encode(text) {
    if (HEADS.test(text)) return undefined
    for (const style of STYLES) {
      const encoded = encodeAs(text, style)
      if (encoded !== undefined) return encoded
    }
    return undefined
  },

  decode(text) {
    if (!HEADS.test(text)) return undefined
    const lines = linesOf(text)
    let whole = ''
    for (let at = 0; at < lines.length; ) {
      const head = HEAD.exec(withoutFeed(lines[at] as string))
      if (head === null) {
        whole += lines[at++]
        continue
      }
      const region = readRegion(lines, at + 1, Number(head[1]), styleOf(head[2]))
      if (region === undefined || whole.length + region.text.length > MAX_BLOCK_BYTES) return undefined
      whole += region.text
      at = region.end
    }
    return whole
  },

  recognises: (text) => HEADS.test(text),
}

function styleOf(word: string | undefined): ListingStyle {
  return STYLES.find((style) => style === `${word}s`) ?? 'paths'
}

function encodeAs(text: string, style: ListingStyle): string | undefined {
  const lines = linesOf(text)
  const found = bareLinesOf(text).map((line) => pathLine(line, style))
  let written = ''
  let hasRegion = false
  for (let at = 0; at < lines.length; ) {
    let end = at
    while (found[end] !== undefined) end++
    if (end === at) {
      written += lines[at++]
      continue
    }
    const region = writeRegion(lines.slice(at, end), found.slice(at, end) as PathLine[], style)
    hasRegion ||= region !== undefined
    written += region ?? lines.slice(at, end).join('')
    written += lines[end] ?? ''
    at = end + 1
  }
  return hasRegion ? written : undefined
}

function writeRegion(lines: readonly string[], rows: readonly PathLine[], style: ListingStyle): string | undefined {
  const { groups, saved } = pathGroups(rows.map(({ path }) => path))
  if (saved < MIN_SAVED) return undefined
  const kind = style === 'paths' ? '' : ` with ${style.slice(0, -1)}`
  const head = `[${rows.length} paths${kind}, each directory above its entries]\n`
  const paragraphs = allOf(rows.length, groups).map(({ from, to, directory }) => {
    const heading = directory === '' ? '' : `${headingOf(directory)}\n`
    const entries = lines.slice(from, to).map((line, nth) => {
      const { lead } = rows[from + nth] as PathLine
      return lead + line.slice(lead.length + directory.length)
    })
    return heading + entries.join('')
  })
  return head + paragraphs.join('\n')
}

/** The groups, and between them the paths that no directory stands above. */
function allOf(rows: number, groups: readonly PathGroup[]): readonly PathGroup[] {
  const all: PathGroup[] = []
  let at = 0
  for (const group of groups) {
    if (group.from > at) all.push({ from: at, to: group.from, directory: '' })
    all.push(group)
    at = group.to
  }
  return at < rows ? [...all, { from: at, to: rows, directory: '' }] : all
}

interface Read {
  readonly text: string
  /** The first line behind it. */
  readonly end: number
}

/** Reads as many paths as the head counts; undefined when they are not there. */
function readRegion(lines: readonly string[], from: number, count: number, style: ListingStyle): Read | undefined {
  let text = ''
  let left = count
  let directory = ''
  let at = from
  for (; left > 0 && at < lines.length; at++) {
    const line = lines[at] as string
    // An empty line ends what a heading says; a heading is the first line behind it.
    const heading = line === '\n' ? '' : headingAt(lines, at, from)
    directory = heading ?? directory
    if (heading !== undefined) continue
    const lead = leadOf(line, style)
    if (lead === undefined || text.length + directory.length + line.length > MAX_BLOCK_BYTES) return undefined
    text += lead + directory + line.slice(lead.length)
    left--
  }
  return left === 0 ? { text, end: at } : undefined
}

/** The directory that a heading names; undefined for any other line. */
function headingAt(lines: readonly string[], at: number, first: number): string | undefined {
  const isFirst = at === first || lines[at - 1] === '\n'
  return isFirst ? directoryOf(withoutFeed(lines[at] as string)) : undefined
}

function withoutFeed(line: string): string {
  return line.endsWith('\n') ? line.slice(0, -1) : ''
}

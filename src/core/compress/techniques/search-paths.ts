/**
 * Search results: each path once, on a line of its own, and below it the lines of that file with their numbers, as
 * ripgrep shows them to people. The text of a line stays as it is.
 */

import { MAX_BLOCK_BYTES } from '../limits.ts'
import { guessTokens } from '../lines/cost.ts'
import { linePattern } from '../lines/line-pattern.ts'
import { bareLinesOf, linesOf, withoutEnd } from '../lines/lines.ts'
import { type SearchLine, type SearchStyle, searchLines, wholeLine } from '../paths/search-lines.ts'
import type { Technique } from '../technique.ts'

/** A head line costs about as many tokens. */
const MIN_SAVED = 16

const HEAD = /^\[([1-9]\d{0,8}) (lines|matches) in [1-9]\d{0,8} files?, each path above its (?:lines|matches)\]$/
const HEADS = linePattern(', each path above its ', /^\[\d+ (?:lines|matches) in \d+ files?, each path above its /m)

const NOUNS: Readonly<Record<SearchStyle, string>> = { numbered: 'lines', plain: 'matches' }

export const searchPaths: Technique = {
  name: 'search-paths',
  equivalence: 'string',
  advantage: 0.2,

  encode(text) {
    if (HEADS.test(text)) return undefined
    return encodeAs(text, 'numbered') ?? encodeAs(text, 'plain')
  },

  decode(text) {
    if (!HEADS.test(text)) return undefined
    const lines = linesOf(text)
    let whole = ''
    for (let at = 0; at < lines.length; ) {
      const [, count, noun] = HEAD.exec(withoutFeed(lines[at] as string)) ?? []
      if (count === undefined) {
        whole += lines[at++]
        continue
      }
      const region = readRegion(lines, at + 1, Number(count), noun === NOUNS.plain ? 'plain' : 'numbered')
      if (region === undefined || whole.length + region.text.length > MAX_BLOCK_BYTES) return undefined
      whole += region.text
      at = region.end
    }
    return whole
  },

  recognises: (text) => HEADS.test(text),
}

function encodeAs(text: string, style: SearchStyle): string | undefined {
  const lines = linesOf(text)
  const bare = bareLinesOf(text)
  const found = searchLines(bare, style)
  let written = ''
  let hasRegion = false
  for (let at = 0; at < lines.length; ) {
    if (found[at] === undefined) {
      written += lines[at++]
      continue
    }
    const end = regionEnd(found, at, (line) => isSeparator(bare[line] as string, style))
    const rows = found.slice(at, end)
    if (savedBy(rows) >= MIN_SAVED) {
      hasRegion = true
      written += writeRegion(lines.slice(at, end), rows, style)
    } else written += lines.slice(at, end).join('')
    at = end
  }
  return hasRegion ? written : undefined
}

/** The end of the lines of files, and of separators between them, that begin at a line. */
function regionEnd(
  found: readonly (SearchLine | undefined)[],
  from: number,
  isBetween: (line: number) => boolean,
): number {
  let end = from
  for (let at = from; at < found.length; at++) {
    if (found[at] !== undefined) end = at + 1
    else if (at === from || !isBetween(at)) break
  }
  return end
}

/** Estimate of the tokens saved, without the head. */
function savedBy(rows: readonly (SearchLine | undefined)[]): number {
  let saved = 0
  let above: string | undefined
  for (const row of rows) {
    if (row === undefined) continue
    saved += row.path === above ? guessTokens(row.path) : -1
    above = row.path
  }
  return saved
}

function writeRegion(lines: readonly string[], rows: readonly (SearchLine | undefined)[], style: SearchStyle): string {
  const files = new Set(rows.flatMap((row) => row?.path ?? []))
  const count = rows.filter((row) => row !== undefined).length
  const noun = NOUNS[style]
  let written = `[${count} ${noun} in ${files.size} ${files.size === 1 ? 'file' : 'files'}, each path above its ${noun}]\n`
  let above: string | undefined
  for (const [at, row] of rows.entries()) {
    const line = lines[at] as string
    if (row !== undefined && row.path !== above) {
      written += `${above === undefined ? '' : '\n'}${row.path}\n`
      above = row.path
    }
    written += row === undefined ? line : row.rest + line.slice(withoutEnd(line).length)
  }
  return written
}

interface Read {
  readonly text: string
  /** The first line behind it. */
  readonly end: number
}

/** Reads as many lines of files as the head counts; undefined when they are not there. */
function readRegion(lines: readonly string[], from: number, count: number, style: SearchStyle): Read | undefined {
  let text = ''
  let left = count
  let at = from
  while (left > 0) {
    // An empty line stands before every path but the first.
    if (at > from && lines[at++] !== '\n') return undefined
    const file = readFile(lines, at, left, style)
    if (file === undefined || text.length + file.text.length > MAX_BLOCK_BYTES) return undefined
    text += file.text
    left -= file.rows
    at = file.end
  }
  return { text, end: at }
}

/** Reads a path and the lines below it, at most `limit` of them. */
function readFile(
  lines: readonly string[],
  from: number,
  limit: number,
  style: SearchStyle,
): (Read & { readonly rows: number }) | undefined {
  const path = withoutFeed(lines[from] ?? '')
  if (path === '') return undefined
  let text = ''
  let rows = 0
  let at = from + 1
  for (; rows < limit && at < lines.length && lines[at] !== '\n'; at++) {
    const line = lines[at] as string
    const whole = readLine(line, path, style)
    if (whole === undefined || text.length + whole.length > MAX_BLOCK_BYTES) return undefined
    text += whole
    if (!isSeparator(withoutEnd(line), style)) rows++
  }
  return rows === 0 ? undefined : { text, rows, end: at }
}

function readLine(line: string, path: string, style: SearchStyle): string | undefined {
  const rest = withoutEnd(line)
  const whole = isSeparator(rest, style) ? rest : wholeLine({ path, rest }, style)
  return whole === undefined ? undefined : whole + line.slice(rest.length)
}

/** What stands between distant lines of one file, and between files. */
function isSeparator(line: string, style: SearchStyle): boolean {
  return line === '--' && style === 'numbered'
}

function withoutFeed(line: string): string {
  return line.endsWith('\n') ? line.slice(0, -1) : ''
}

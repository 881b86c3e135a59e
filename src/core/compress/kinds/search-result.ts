/** Lines found by a search, or named by a compiler: `path:line:text` and its relatives, with and without context. */

import type { Kind } from './kind.ts'
import type { Sample } from './sample.ts'

/** Among lines with numbers there may be others: context, `--`, a summary. */
const MIN_NUMBERED = 0.5

/** Below headings, nearly all lines must have a number. */
const MIN_HEADED = 0.9

/** Without numbers, nearly all lines must have a path. */
const MIN_PATHED = 0.8

/** Paths without a folder must repeat: else they are keys. */
const MAX_DISTINCT = 0.7

export const searchResult: Kind = {
  name: 'search-result',
  isLike: (sample) => sample.lines.length > 1 && (isNumbered(sample) || isPathed(sample) || isHeaded(sample)),
}

/** The number behind a path's colon: `:12:`, `:12:5:`; `(12,5):` of compilers. */
const NUMBER = /^(?::\d{1,7}:|\(\d{1,7},\d{1,5}\):)/

/** No path holds these, or it is no path that can be told from text. Blanks are only in paths with an extension. */
const NO_PATH = /[|"'{}<>,;=]|\s(?!.*\.\w{1,9}$)/
const TIME = /\d{2}$/

/** `src/a.ts-13-text`: context. */
const CONTEXT = /^[^\s:|"'{}<>,;=]*(?:\/[\w.-]+|\.[A-Za-z]\w{0,8})-\d{1,7}-/

/** Is this line one of a search result with paths and numbers? */
export function isFound(line: string): boolean {
  const at = endOfPath(line)
  if (at > 0 && NUMBER.test(line.slice(at, at + 16))) {
    const path = line.slice(0, at)
    return !NO_PATH.test(path) && !TIME.test(path)
  }
  return line.includes('-') && CONTEXT.test(line)
}

/** The first colon behind a drive's, or a bracket before it; -1 when there is none. */
function endOfPath(line: string): number {
  const colon = line.indexOf(':', line.startsWith(':\\', 1) ? 2 : 0)
  const bracket = line.lastIndexOf('(', colon)
  return bracket > 0 && line.charCodeAt(colon - 1) === 0x29 ? bracket : colon
}

function isNumbered({ lines, logged }: Sample): boolean {
  let numbered = 0
  for (const [at, line] of lines.entries()) if (isFound(line) && logged[at] !== true) numbered++
  return numbered > 1 && numbered >= MIN_NUMBERED * lines.length
}

/** `src/a.ts:text`: a path with a folder or an extension. A time or a key in YAML is none, nor a test's name behind two colons. */
const UNNUMBERED =
  /^((?:\.{0,2}\/)?(?:[\w.@+-]+\/)*(?:[\w@+-][\w.@+-]{0,80}\.[A-Za-z]\w{0,30}|(?<=\/)[\w.-]+|\.\w{3,20})):(?!:)/

function isPathed({ lines }: Sample): boolean {
  const paths = lines.map(pathOf).filter((path) => path !== undefined)
  if (paths.length < 3 || paths.length < MIN_PATHED * lines.length) return false
  if (new Set(paths).size <= MAX_DISTINCT * paths.length) return true
  return lines.filter(isInFolder).length >= MIN_NUMBERED * lines.length
}

function pathOf(line: string): string | undefined {
  return line.includes(':') ? UNNUMBERED.exec(line)?.[1] : undefined
}

/** A folder, and an extension or text right behind the colon: keys of annotations have a blank there. */
const EXTENSION = /\.\w{1,9}$/

function isInFolder(line: string): boolean {
  const colon = line.indexOf(':')
  if (line.lastIndexOf('/', colon) < 1) return false
  return line.charCodeAt(colon + 1) !== 0x20 || EXTENSION.test(line.slice(0, colon))
}

/** `rg --heading`: a path, then numbered lines. */
const HEADED = /^\d{1,7}[:-](?!\d\d[-:])/
const HEADING = /^(?!\d)[\w.@+/\\-]*[/\\.][\w.-]+$/

function isHeaded({ lines }: Sample): boolean {
  const numbers = lines.filter((line) => HEADED.test(line)).length
  if (numbers < 2 || numbers < MIN_NUMBERED * lines.length) return false
  const heads = lines.filter((line) => HEADING.test(line)).length
  const breaks = lines.filter((line) => line === '--').length
  if (numbers + heads + breaks < Math.min(MIN_HEADED * lines.length, lines.length - 1)) return false
  return heads > 0 || hasGaps(lines)
}

/** Do numbers go up, but not one by one? `grep -n` names no path for a single file. */
function hasGaps(lines: readonly string[]): boolean {
  const numbers = lines.map((line) => Number.parseInt(line, 10)).filter((number) => !Number.isNaN(number))
  const isRising = numbers.every((number, at) => at === 0 || number > (numbers[at - 1] ?? 0))
  return isRising && (numbers.at(-1) ?? 0) - (numbers[0] ?? 0) > 2 * numbers.length
}

/**
 * Reads the lines of search results and compilers: a path, then where in the file and what. Only what is certain is
 * read; any other line is undefined.
 */

export interface SearchLine {
  readonly path: string
  /** The line as it stands below its path. */
  readonly rest: string
}

/** numbered: `path:40:text`, `path-41-context`, `path(40,7): text`. plain: `path:text`. */
export type SearchStyle = 'numbered' | 'plain'

/** A path without blanks, perhaps with a drive, or one with blanks that begins as paths do. Both are bounded. */
const PATH = String.raw`(?:[A-Za-z]:[\\/])?[^\s:]{1,256}|(?:\.{0,2}/|~/|[A-Za-z]:[\\/])[^:\t\r]{1,256}`
const NUMBERED = new RegExp(String.raw`^(${PATH}):[1-9]\d{0,8}:`)
const PLACED = /^((?:[A-Za-z]:[\\/])?[^\s:]{1,256}?)\([1-9]\d{0,8},\d{1,9}\): /
const PLAIN = new RegExp(`^(${PATH}):`)

const LOOKS_LIKE_PATH = /[./\\].*[A-Za-z]|[A-Za-z].*[./\\]/
const HAS_EXTENSION = /[^./\\]\.[A-Za-z]\w{0,9}$/

/** What a line of a file without a match begins with, after its path: its number between two equal signs. */
const CONTEXT = /^([-=])[1-9]\d{0,8}\1/
const BELOW_PATH = /^(?:\d{1,9}([:=-])|\(\d)/

/** @param lines without their ends */
export function searchLines(lines: readonly string[], style: SearchStyle): readonly (SearchLine | undefined)[] {
  if (style === 'plain') return lines.map(plainLine)
  const found = lines.map(matchLine)
  const paths = found.map((match) => match?.path)
  const next = pathsBelow(paths)
  let above: string | undefined
  return found.map((match, at) => {
    above = match?.path ?? above
    const line = lines[at] as string
    return match ?? contextLine(line, above) ?? contextLine(line, next[at])
  })
}

/** The whole line again; undefined when nothing of this style stands below a path so. */
export function wholeLine({ path, rest }: SearchLine, style: SearchStyle): string | undefined {
  if (style === 'plain') return `${path}:${rest}`
  const begin = BELOW_PATH.exec(rest)
  return begin === null ? undefined : `${path}${begin[1] ?? ''}${rest}`
}

function matchLine(line: string): SearchLine | undefined {
  if (!line.includes(':')) return undefined
  const placed = PLACED.exec(line)?.[1]
  const path = placed ?? NUMBERED.exec(line)?.[1]
  if (path === undefined || !LOOKS_LIKE_PATH.test(path)) return undefined
  return { path, rest: line.slice(placed === undefined ? path.length + 1 : path.length) }
}

function plainLine(line: string): SearchLine | undefined {
  if (!line.includes(':')) return undefined
  const path = PLAIN.exec(line)?.[1]
  if (path === undefined || !HAS_EXTENSION.test(path)) return undefined
  const rest = line.slice(path.length + 1)
  return rest.trim() === '' ? undefined : { path, rest }
}

/** A line around a match: only the path of a match nearby tells where its own path ends. */
function contextLine(line: string, path: string | undefined): SearchLine | undefined {
  if (path === undefined || !line.startsWith(path)) return undefined
  const rest = line.slice(path.length)
  return CONTEXT.test(rest) ? { path, rest: rest.slice(1) } : undefined
}

/** For each line the path of the next match. */
function pathsBelow(paths: readonly (string | undefined)[]): readonly (string | undefined)[] {
  const below = [...paths]
  for (let at = below.length - 2; at >= 0; at--) below[at] ??= below[at + 1]
  return below
}

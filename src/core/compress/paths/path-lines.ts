/** Reads the lines of listings: a path, perhaps behind its size or its state. */

export interface PathLine {
  /** What stands before the path: its size, its number of lines, its state in Git. */
  readonly lead: string
  readonly path: string
}

/** paths: nothing before the path. sizes: as of `du -a` and `wc -l`. states: as of `git status --porcelain`. */
export type ListingStyle = 'paths' | 'sizes' | 'states'

const LEADS: Readonly<Record<ListingStyle, RegExp>> = {
  paths: /^/,
  sizes: /^ *\d[\d.,]*[A-Za-z]{0,3}[ \t]+(?=\S)/,
  states: /^(?:[ MADRCTU?!]{2} |[MADRCTUX]\d{0,3}\t)(?=\S)/,
}

const MAX_PATH = 1024

/** A path holds no wide gap and none of the signs that file names rarely hold; so no prose, no table, no tree, and no second path. */
const PATH = /^(?:[A-Za-z]:(?=[\\/]))?[^\s:"<>|*?├└│]+(?: (?!\/)[^\s:"<>|*?├└│]+)*$/
const RENAMED = ' -> '

/** @returns undefined for a line that is not certainly one of this style */
export function pathLine(line: string, style: ListingStyle): PathLine | undefined {
  if (line.length > MAX_PATH) return undefined
  const lead = leadOf(line, style)
  if (lead === undefined) return undefined
  const path = line.slice(lead.length)
  const isPath = PATH.test(path) && !path.includes(RENAMED) && (/[/\\]/.test(path) || !path.includes(' '))
  return isPath ? { lead, path } : undefined
}

/** What stands before the path; a line whose directory is said above it is read by the same rule. */
export function leadOf(line: string, style: ListingStyle): string | undefined {
  return LEADS[style].exec(line)?.[0]
}

/** The line above the entries of a directory: without its last separator, as `ls -R` writes it. */
export function headingOf(directory: string): string {
  return `${directory.slice(0, -1)}:`
}

/** The directory of such a line, with a separator at its end; undefined for any other line. */
export function directoryOf(heading: string): string | undefined {
  if (!heading.endsWith(':') || heading.length < 2) return undefined
  const directory = heading.slice(0, -1)
  return directory + (directory.includes('\\') && !directory.includes('/') ? '\\' : '/')
}

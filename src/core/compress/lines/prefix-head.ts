/** The head line that holds the common start of the lines below it. */

import { linePattern } from './line-pattern.ts'

const HEAD = /^\[next (\d+) lines start with "(.+)"\]$/s

/** Does the text hold a similar line? */
export const PREFIX_HEAD_BEGINS = linePattern(' lines start with "', /^\[next \d+ lines start with "/m)

export function prefixHead(lines: number, prefix: string): string {
  return `[next ${lines} lines start with "${prefix}"]`
}

/** The content of such a line, without its end; undefined for any other line. */
export function readPrefixHead(line: string): { readonly lines: number; readonly prefix: string } | undefined {
  if (!line.startsWith('[')) return undefined
  const [, lines, prefix] = HEAD.exec(line) ?? []
  return prefix === undefined ? undefined : { lines: Number(lines), prefix }
}

export function isPrefixHead(line: string): boolean {
  return line.startsWith('[') && HEAD.test(line)
}

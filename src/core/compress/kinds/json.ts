/** JSON, whole or cut off, also behind a few lines that a tool puts before it; and Python's notation of the same. */

import type { Kind } from './kind.ts'
import type { Sample } from './sample.ts'

export const json: Kind = {
  name: 'json',
  isLike: (sample) => {
    const start = startOf(sample)
    return start >= 0 && endsAsJson(sample) && !hasComments(sample, start)
  },
}

/** The start of an object or a list of values, as units of the text. */
const START =
  /^(?:\{\s*(?:["'][^"'\n]{0,120}["']\s*:|\}\s*$)|\[\s*(?:[{"']|\[\s*[[{"'\d-]|\]\s*$|(?:-?\d[\d.eE+-]*|true|false|null|None|True|False)\s*(?:,|\]$)))/

/** The start of indented JSON; a line of its own opens it. */
const OPENING = /^\s*[[{]$/
const INDENTED_MEMBER = /^\s+(?:["'{}[\]]|-?\d|true|false|null)/

/** Lines before the JSON: a prompt, `stdout:`, a status. */
const MAX_BEFORE = 4

/** @returns the place of the line that opens the JSON among the sample's lines, or -1 */
function startOf({ lines }: Sample): number {
  for (let at = 0; at <= MAX_BEFORE && at < lines.length; at++) {
    const line = (lines[at] as string).trimStart()
    const next = lines[at + 1] ?? ''
    if (START.test(line) || (OPENING.test(line) && INDENTED_MEMBER.test(next))) return at
    if (line.length > 160) return -1
  }
  return -1
}

/** A bracket, a member or a value ends what is whole or cut off; a few lines of a tool may follow. */
const LAST = /[}\]][,;]?$|^\s*"|^\s+[[{]$|^\s+-?[\d.]+,?$|^[[{]/
const MAX_AFTER = 4

function endsAsJson({ lines }: Sample): boolean {
  return lines.slice(-MAX_AFTER).some((line) => LAST.test(line))
}

const COMMENT = /^\s*(?:\/\/|\/\*)/

function hasComments({ lines }: Sample, start: number): boolean {
  return lines.some((line, at) => at > start && COMMENT.test(line))
}

/** Does JSON stand on several lines with indentation, as people and programs write files? */
export function isIndentedJson({ lines }: Sample): boolean {
  let indented = 0
  for (const line of lines) if (INDENTED_MEMBER.test(line)) indented++
  return 2 * indented >= lines.length
}

/** Lines of a text, each with its own end, so that mixed line ends and a missing last one come back as they were. */

/** A text in lines. */
interface Lines {
  readonly text: string
  readonly lines: readonly string[]
  bare?: readonly string[]
}

/** What was split last: several techniques look at the same text, one after the other. */
let latest: Lines = { text: '', lines: [] }

/** The lines with their ends; the last one may have none. Joined they are the text. */
export function linesOf(text: string): readonly string[] {
  return splitOnce(text).lines
}

/** The lines without their ends. */
export function bareLinesOf(text: string): readonly string[] {
  const split = splitOnce(text)
  split.bare ??= split.lines.map(withoutEnd)
  return split.bare
}

function splitOnce(text: string): Lines {
  if (text !== latest.text) latest = { text, lines: split(text) }
  return latest
}

function split(text: string): string[] {
  const lines: string[] = []
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from)
    const next = end < 0 ? text.length : end + 1
    lines.push(text.slice(from, next))
    from = next
  }
  return lines
}

/** A line without its end: line feed, with the carriage return before it. */
export function withoutEnd(line: string): string {
  const end = line.length - 1
  if (line.charCodeAt(end) !== 0x0a) return line
  return line.slice(0, line.charCodeAt(end - 1) === 0x0d ? end - 1 : end)
}

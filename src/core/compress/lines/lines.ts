/** Lines of a text, each with its own end, so that mixed line ends and a missing last one come back as they were. */

/** The lines with their ends; the last one may have none. Joined they are the text. */
export function linesOf(text: string): string[] {
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
  if (!line.endsWith('\n')) return line
  return line.slice(0, line.endsWith('\r\n') ? -2 : -1)
}

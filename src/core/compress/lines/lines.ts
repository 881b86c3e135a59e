/** Lines of a text, each with its own end, so that mixed line ends and a missing last one come back as they were. */

const LINE = /[^\n]*\n|[^\n]+$/g

/** The lines with their ends; the last one may have none. Joined they are the text. */
export function linesOf(text: string): string[] {
  return text.match(LINE) ?? []
}

/** A line without its end: line feed, with the carriage return before it. */
export function withoutEnd(line: string): string {
  if (!line.endsWith('\n')) return line
  return line.slice(0, line.endsWith('\r\n') ? -2 : -1)
}

/** Keeps the beginning and the end of a long log, and every error in between with the lines around it. */

import { linesOf } from '../../lines/lines.ts'
import { lossyTechnique, withoutLines } from './left-out.ts'

const WHAT = 'log lines'

const HEAD = 40
const TAIL = 80

/** Lines that stay before and after an error: its cause and its stack. */
const BEFORE = 2
const AFTER = 8

/** Removing fewer lines does not justify a loss. */
const FEWEST = 20

/** A time or a level near the start of a line. */
const ENTRY =
  /^.{0,40}?(?:\d{2}:\d{2}:\d{2}|\b(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL)\b|\blevel=|"level":)/i

/** The minimum share of lines that begin like that; the others are stacks and similar text. */
const MIN_SHARE = 0.5

const WRONG =
  /error|warn|fail|fatal|panic|exception|traceback|critical|alert|emerg|denied|refused|timed? ?out|timeout|unable|cannot|could not|oom|killed|crash|abort|\b[45]\d\d\b/i

export const logWindow = lossyTechnique('log-window', WHAT, (text) => {
  const lines = linesOf(text)
  if (lines.length < HEAD + TAIL + FEWEST) return undefined
  if (lines.filter((line) => ENTRY.test(line)).length < MIN_SHARE * lines.length) return undefined
  const kept = new Uint8Array(lines.length).fill(1, 0, HEAD).fill(1, lines.length - TAIL)
  for (const [index, line] of lines.entries()) {
    if (WRONG.test(line)) kept.fill(1, Math.max(0, index - BEFORE), index + AFTER + 1)
  }
  return withoutLines(lines, (index) => kept[index] === 1, { what: WHAT, fewest: FEWEST })
})

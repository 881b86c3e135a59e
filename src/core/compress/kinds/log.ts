/** Logs: lines that begin with a time or a level, results of tests, steps of builds, and what is said again and again. */

import type { Kind } from './kind.ts'
import { distinctStarts, type Sample, shareOf } from './sample.ts'

const MIN_SHARE = 0.5

/** Records of several lines: fewer lines carry a time, the others are stack traces. */
const MIN_RECORDS = 0.2

/** A program that says the same thing again and again: so many lines, and so few beginnings. */
const MIN_ALIKE = 8
const ALIKE = 0.3

export const log: Kind = {
  name: 'log',
  isLike: (sample) => sample.lines.length > 1 && (isRecords(sample) || isAlike(sample)),
}

const STEP =
  /^(?:=== RUN|\s*--- (?:PASS|FAIL|SKIP)|(?:ok|not ok) +\d|PASS|FAIL|#\d+ |Step \d+\/\d+ |\[\d+\/\d+\] |> Task |\s+[✓✔✗✕×●] |(?:Get|Hit|Ign|Err):\d+ |\S+ (?:PASSED|FAILED|SKIPPED|XFAIL|ERROR)\s+\[ *\d+%\])/
const STACK =
  /^(?:\s+at [\w$.<>]+\(|\s+at .{1,200}:\d+:\d+\)?$|Caused by: |\s+File "[^"]+", line \d+|Traceback \(most recent|\s+\.\.\. \d+ more)/

function isRecords(sample: Sample): boolean {
  const records = shareOfLogged(sample) + shareOf(sample, STEP)
  return records >= MIN_SHARE || (records >= MIN_RECORDS && records + shareOf(sample, STACK) >= MIN_SHARE)
}

/** The share of lines that begin as records of a log. */
export function shareOfLogged({ logged }: Sample): number {
  return logged.filter(Boolean).length / Math.max(logged.length, 1)
}

function isAlike(sample: Sample): boolean {
  return sample.lines.length >= MIN_ALIKE && distinctStarts(sample) <= ALIKE
}

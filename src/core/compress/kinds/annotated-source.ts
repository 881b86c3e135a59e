/** Source with notes beside or below its lines: blame, coverage, excerpts of compilers and of test failures. */

import type { Kind } from './kind.ts'
import { type Sample, shareOf } from './sample.ts'

/** `1a2b3c4d (Ann 2025-01-02 10:00:00 +0000 12) text`. */
const BLAME = /^\^?[0-9a-f]{7,64}\s.{0,120}?\(?.{0,80}\d{4}-\d\d-\d\d[ T]\d\d:\d\d.{0,12}\s+\d+\)/

/** gcov `    3:   12:text`, llvm-cov `  12|   3|text`, compilers and linters `  12 | text`, `> 12 | text`. */
const COUNTED = /^\s*(?:(?:-|#####|\d+\*?): +\d+:|\d+\|\s*[\d.kM]*\||(?:[>→]\s*)?\d+ +[|│](?: [^|│]*)?$)/

/** pytest: the failing line and its reason. */
const FAILURE = /^(?:E {2,}\S|> {2,}\S)/

/** Carets below the line that they mean. */
const CARETS = /^[\s|│\d.>]*(?:\^[~^-]*|~+\^~*)(?:\s|$)/

const MIN_COUNTED = 0.4
const MIN_FAILURES = 2

export const annotatedSource: Kind = {
  name: 'annotated-source',
  isLike: (sample) =>
    shareOf(sample, BLAME) >= MIN_COUNTED ||
    (shareOf(sample, COUNTED) >= MIN_COUNTED && !isTable(sample)) ||
    countOf(sample, FAILURE) >= MIN_FAILURES ||
    shareOf(sample, CARETS) >= 0.1,
}

function countOf({ lines }: Sample, pattern: RegExp): number {
  return lines.filter((line) => pattern.test(line)).length
}

/** A rule below names of columns, as databases draw it: the numbers are a column. */
const RULE = /^[\s|+]*-{2,}[-+|\s]*$/

function isTable({ lines }: Sample): boolean {
  return lines.slice(0, 6).some((line) => RULE.test(line))
}

/** Diffs and patches of every tool. Any real head of a hunk makes a text a diff, whatever else it holds. */

import type { Kind } from './kind.ts'
import { type Sample, shareOf, withoutSequences } from './sample.ts'

export const diff: Kind = {
  name: 'diff',
  isLike: (sample) => hasHunk(withoutSequences(sample.text)) || isOther(sample),
}

/** Occurrences of `@@ -` that are looked at: a text can be full of them without one hunk. */
const MAX_TRIED = 64

/** Unified and combined hunks. Colours, indentation, `E ` of pytest, `|` of a log may stand before them. */
const HUNK = /^@@@* (?:-\d+(?:,\d+)? )+\+\d+(?:,\d+)? @@/
const BEFORE_HUNK = /^[^"'\w]*(?:\w{1,12}[\s|>:]+)?[^"'\w]*$/

/** Units before a head that are looked at. */
const UNITS_BEFORE = 48

function hasHunk(text: string): boolean {
  for (let at = text.indexOf('@@ -'), tried = 0; at >= 0 && tried < MAX_TRIED; tried++) {
    const head = text.slice(at, at + 120)
    if (HUNK.test(head) && BEFORE_HUNK.test(lineStart(text, at))) return true
    at = text.indexOf('@@ -', at + 4)
  }
  return false
}

function lineStart(text: string, at: number): string {
  const before = text.slice(Math.max(0, at - UNITS_BEFORE), at)
  return before.slice(before.lastIndexOf('\n') + 1)
}

/** Heads of files and hunks in git's, context, normal and ed form, of patch tools and of plans. */
const HEADS =
  /^(?:diff --(?:git|cc|combined) \S|\*{15}$|\*\*\* \d+(?:,\d+)? \*{4}$|\*\*\* (?:Begin Patch|(?:Update|Add|Delete) File: )|<{5,9} (?:SEARCH|HEAD|ORIGINAL)|>{5,9} (?:REPLACE|UPDATED)|Index: \S+$|(?:OpenTofu|Terraform) will perform the following|[ +-]*-\/\+ resource ")/
const NORMAL_HUNK = /^\d+(?:,\d+)?[acd]\d+(?:,\d+)?$/
const NORMAL_LINE = /^[<>] /

function isOther(sample: Sample): boolean {
  if (sample.lines.some((line) => HEADS.test(line))) return true
  return sample.lines.some((line) => NORMAL_HUNK.test(line)) && shareOf(sample, NORMAL_LINE) > 0
}

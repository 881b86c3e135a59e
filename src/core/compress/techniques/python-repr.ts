/**
 * What Python prints of its lists and dictionaries becomes JSON, behind a line that says so. The next techniques then
 * work on that JSON. Everything comes back as `repr` wrote it.
 */

import { type JsonSpan, textFrom } from '../../json/index.ts'
import { isInHandWrittenList, isLiteral } from '../json/literals.ts'
import { minified, rewriteJson } from '../json/spans.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import { rememberingTexts } from '../memory/text-memo.ts'
import { findPython } from '../python/find.ts'
import { jsonOfPython, pythonOfJson } from '../python/literals.ts'
import type { Technique } from '../technique.ts'

const HEAD = '[Python values, written as JSON]\n'

/** A dictionary's first key, or a string or name where JSON has no such thing. */
const CANDIDATE = /\{'|[[{ ](?:'|True|False|None)/

const GAP = /^(?:, |\r?\n)$/

/** A shorter value in a text is as likely a literal in source code. UTF-16 units. */
const MIN_EMBEDDED = 80

export const pythonRepr: Technique = {
  name: 'python-repr',
  equivalence: 'string',
  isOpener: true,

  encode(text) {
    if (text.startsWith(HEAD) || !CANDIDATE.test(text)) return undefined
    const json = jsonIn(text)
    // Other JSON in the text would come back as Python.
    return json !== undefined && decode(HEAD + json) === text ? HEAD + json : undefined
  },

  decode,
  recognises: (text) => decode(text) !== undefined,
}

/** The text with its Python values as JSON; undefined when it has none. */
function jsonIn(text: string): string | undefined {
  let written = ''
  let from = 0
  const groups = groupsIn(text)
  const isData = groups.length === 1 && isAlone(text, groups[0] ?? []) ? () => true : isLongData
  for (const { start, end } of groups.filter((group) => isData(text, group)).flat()) {
    const json = jsonOfPython(text.slice(start, end))
    if (json === undefined) continue
    written += text.slice(from, start) + json
    from = end
  }
  return from === 0 ? undefined : written + text.slice(from)
}

/** Values on lines that follow each other, and elements of a list that was cut off, belong together. */
function groupsIn(text: string): JsonSpan[][] {
  const groups: JsonSpan[][] = []
  let end = -1
  for (const span of findPython(text)) {
    if (end >= 0 && GAP.test(text.slice(end, span.start))) groups.at(-1)?.push(span)
    else groups.push([span])
    end = span.end
  }
  return groups
}

/** Is there nothing but white space around the values? */
function isAlone(text: string, group: readonly JsonSpan[]): boolean {
  const { start, end } = boundsOf(group)
  return text.slice(0, start).trim() === '' && text.slice(end).trim() === ''
}

/** Are they long enough, and no part of a program? */
function isLongData(text: string, group: readonly JsonSpan[]): boolean {
  const span = boundsOf(group)
  return span.end - span.start >= MIN_EMBEDDED && !isLiteral(text, span) && !isInHandWrittenList(text, span)
}

function boundsOf(group: readonly JsonSpan[]): JsonSpan {
  return { start: group[0]?.start ?? 0, end: group.at(-1)?.end ?? 0 }
}

function decode(text: string): string | undefined {
  return text.startsWith(HEAD) ? decodeForm(text) : undefined
}

/** The encoder asks, and then the verification. */
const decodeForm = rememberingTexts(1, (text): string | undefined => {
  const decoded = rewriteJson(text.slice(HEAD.length), { json: (units) => pythonOfJson(textFrom(minified(units))) })
  // No encoder receives more than a block's limit.
  return (decoded?.length ?? 0) <= MAX_BLOCK_BYTES ? decoded : undefined
})

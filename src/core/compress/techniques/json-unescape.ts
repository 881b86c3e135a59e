/**
 * A string that holds JSON (tools write it when they wrap another tool's answer) becomes that JSON without its escapes:
 * `{"text":"{\"a\":1}"}` is written `{"text":{"(JSON string)":{"a":1}}}`. Only strings that can be restored exactly are
 * replaced, also one that was cut off with the text around it. The next techniques then work on the JSON inside.
 */

import { sourceFrom } from '../columnar/source.ts'
import { isData, rewriteJson } from '../json/spans.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import type { Technique } from '../technique.ts'
import { CUT_MARK, escapeCut, unescapeCut } from '../unescape/cut.ts'
import { escapeStrings, MARK, unescapeStrings } from '../unescape/rewrite.ts'

/** A string that starts with a bracket. */
const CANDIDATE = /"(?:\{(?:\\n *)?\\"|\[)/

export const jsonUnescape: Technique = {
  name: 'json-unescape',
  equivalence: 'string',
  isOpener: true,

  encode(text) {
    if (text.includes(MARK) || text.includes(CUT_MARK) || !CANDIDATE.test(text)) return undefined
    return unescapeCut(text) ?? unescapeWhole(text)
  },

  decode,
  // The form after it may have changed what the mark stands for.
  recognises: (text) => text.includes(CUT_MARK) || decode(text) !== undefined,
}

function unescapeWhole(text: string): string | undefined {
  return rewriteJson(text, {
    json(json) {
      const source = sourceFrom(json)
      return source && unescapeStrings(source)
    },
    isWanted: isData,
  })
}

function decode(text: string): string | undefined {
  const decoded = text.includes(CUT_MARK) ? escapeCut(text) : escapeWhole(text)
  // No encoder receives more than a block's limit.
  return (decoded?.length ?? 0) <= MAX_BLOCK_BYTES ? decoded : undefined
}

function escapeWhole(text: string): string | undefined {
  if (!text.includes(MARK)) return undefined
  let isOurs = true
  const onBroken = (): void => {
    isOurs = false
  }
  const decoded = rewriteJson(text, {
    json(json) {
      const source = isOurs ? sourceFrom(json) : undefined
      return source && escapeStrings(source, onBroken)
    },
  })
  return isOurs ? decoded : undefined
}

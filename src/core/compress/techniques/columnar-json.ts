/**
 * Lists of objects become tables that name each key once: `{"a,b":[[1,2],[3,4]]}`, minified JSON that can be read
 * without a legend. Literals, key order, and the difference between no key, null and "" stay.
 */

import { textFrom } from '../../json/index.ts'
import type { Layout } from '../columnar/infer.ts'
import { hasTable, readTables } from '../columnar/read.ts'
import { sourceOf } from '../columnar/source.ts'
import { SHORT_ROWS, WHOLE_ROWS, writeRun, writeTables } from '../columnar/write.ts'
import { isData, minified, rewriteJson } from '../json/spans.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import type { Technique } from '../technique.ts'

/**
 * A key with a comma or bracket in it that is its object's only key, and a list that starts with a list, an object or a
 * string.
 */
const HEAD = /\{\s*"[^"\\{}[\],]*[,[{][^"\\]*"\s*:\s*\[/

/** Two objects in a list or as values of an object; the end of an object with perhaps another on the next line. */
const TWO_OBJECTS = /\}\s*,\s*(?:\{|"[^"]*"\s*:\s*\{)|\}\r?\n/

/** Every row has all its values: a small model copies whole records from them. */
export const columnarJson: Technique = {
  name: 'columnar-json',
  equivalence: 'json',
  encode: (text) => encode(text, WHOLE_ROWS),
  decode,
  recognises,
}

/** The same form with what all rows have in the head; Balanced's. */
export const columnarJsonShort: Technique = { ...columnarJson, encode: (text) => encode(text, SHORT_ROWS) }

function encode(text: string, layout: Layout): string | undefined {
  if (!TWO_OBJECTS.test(text)) return undefined
  let hasTables = false
  let hasRuns = false
  const encoded = rewriteJson(text, {
    json(json, span) {
      const source = sourceOf(span, json)
      const tables = source && writeTables(source, layout)
      hasTables ||= tables !== undefined
      // Without a list worth a table it minifies, so that it is never the worse choice of the two.
      return tables ?? textFrom(minified(json))
    },
    run(whole, run) {
      const table = writeRun(whole, run, layout)
      hasRuns ||= table !== undefined
      return table
    },
    isWanted: isData,
  })
  if (hasTables) return encoded
  // A run's table is not used where its objects are shorter one by one.
  return hasRuns && encoded !== undefined && recognises(encoded) ? encoded : undefined
}

function decode(text: string): string | undefined {
  if (!mayHoldTable(text)) return undefined
  let isOurs = true
  let unitsLeft = MAX_BLOCK_BYTES
  const decoded = rewriteJson(text, {
    json(json, span) {
      const source = isOurs ? sourceOf(span, json) : undefined
      if (source === undefined || !hasTable(source)) return undefined
      const lists = readTables(source)
      unitsLeft -= lists?.length ?? 0
      // No encoder receives more than a block's limit.
      isOurs = lists !== undefined && unitsLeft >= 0
      return lists
    },
  })
  return isOurs ? decoded : undefined
}

function recognises(text: string): boolean {
  if (!mayHoldTable(text)) return false
  let isOurs = false
  rewriteJson(text, {
    json(json, span) {
      const source = isOurs ? undefined : sourceOf(span, json)
      isOurs ||= source !== undefined && hasTable(source)
      return undefined
    },
  })
  return isOurs
}

/** A head has a comma or a bracket before its quote closes, or belongs to a list. */
function mayHoldTable(text: string): boolean {
  return HEAD.test(text)
}

/** Tells the kind of a text. */

import { accessibilityTree } from './accessibility-tree.ts'
import { annotatedSource } from './annotated-source.ts'
import { diff } from './diff.ts'
import { isIndentedJson, json } from './json.ts'
import { jsonLines } from './json-lines.ts'
import type { Hint, Kind, KindName } from './kind.ts'
import { listing } from './listing.ts'
import { log } from './log.ts'
import { markup } from './markup.ts'
import { prose } from './prose.ts'
import { type Sample, sampleOf } from './sample.ts'
import { searchResult } from './search-result.ts'
import { source } from './source.ts'
import { table } from './table.ts'

/** Kinds whose letters may be copied come first: a text that is half of one and half of another is the more cautious. */
const KINDS: readonly Kind[] = [
  diff,
  jsonLines,
  json,
  accessibilityTree,
  annotatedSource,
  markup,
  searchResult,
  source,
  listing,
  table,
  log,
  prose,
]

/**
 * A pure function of its arguments, with bounded cost.
 * @returns unknown for a text that looks like no kind
 */
export function kindOf(text: string, hint: Hint): KindName {
  const sample = sampleOf(text)
  const name = KINDS.find((kind) => kind.isLike(sample))?.name ?? 'unknown'
  const isSource = keepsLayout(name, sample) ? hint.isFile : name === 'unknown' && hint.isRead
  return isSource ? 'source' : name
}

/** A page, and JSON that is written on several lines, are shown as a file has them, to be edited. */
function keepsLayout(name: KindName, sample: Sample): boolean {
  return name === 'markup' || (name === 'json' && isIndentedJson(sample))
}

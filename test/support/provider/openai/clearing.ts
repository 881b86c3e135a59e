/** Content that the server takes away before the model reads it (PC-22). */

import { type Fields, listOf } from '../server.ts'
import { isOutput, messageTexts, resultsIn, textOf, type View } from './view.ts'

/**
 * With `truncation: auto` or `context_management` all results go but those of the last run; a compaction item stands for
 * all that comes before it.
 * @returns the texts that the model reads, and the names by which they could refer to what is gone
 */
export function clear(
  view: View,
  json: Fields,
): { readonly texts: readonly string[]; readonly names: readonly string[] } {
  const mayDrop = json['truncation'] === 'auto' || listOf(json['context_management']).length > 0
  const lastOutput = view.items.findLastIndex(isOutput)
  const lastRun = view.items.findLastIndex((item, at) => at < lastOutput && !isOutput(item)) + 1
  const compaction = Math.max(
    view.items.findLastIndex(({ type }) => type === 'compaction'),
    0,
  )
  const from = mayDrop ? Math.max(lastRun, compaction) : compaction
  const results = resultsIn(view)
  const visible = results.filter(({ at }) => at >= from).map(({ result }) => textOf(result))
  const gone = results.filter(({ at }) => at < from)
  return {
    texts: [...visible, ...view.items.filter((item) => !isOutput(item)).flatMap(messageTexts)],
    names: gone.flatMap(({ result, at }) => [String(result['call_id']), `input[${at}]`]),
  }
}

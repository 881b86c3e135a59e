/**
 * Replaces lines that an earlier block of the request contains: one line names the block and quotes the first and the
 * last of them. It refers only to earlier blocks, and only to lines that the model sees there unchanged and that stand
 * for themselves.
 */

import { MAX_BLOCK_BYTES } from '../limits.ts'
import type { AcrossOptions, AcrossTechnique } from '../technique.ts'
import type { EarlierBlocks, Run } from './earlier-blocks.ts'
import { hasReference, parseReference, parseWhole, quoteOf, writeReference, writeWhole } from './reference.ts'

/** A shorter run that was not worth a reference is tried again from its second line on; a longer one is skipped. */
const MAX_RETRIED = 8

export const earlierLines: AcrossTechnique = {
  name: 'earlier-lines',
  equivalence: 'string',

  encode: (text, earlier, options) =>
    options.isPlain ? byRuns(text, earlier, options) : asAWhole(text, earlier, options),

  decode(text, earlier) {
    if (!hasReference(text)) return undefined
    const whole = parseWhole(text)
    if (whole !== undefined) return earlier.wholeText(whole)
    const pieces: string[] = []
    let unitsLeft = MAX_BLOCK_BYTES
    for (const line of text.split('\n')) {
      const reference = parseReference(line)
      const lines = reference === undefined ? [line] : earlier.linesOf(reference)
      if (lines === undefined) return undefined
      const piece = lines.join('\n')
      unitsLeft -= piece.length + 1
      if (unitsLeft < 0) return undefined
      pieces.push(piece)
    }
    return pieces.join('\n')
  },

  recognises: hasReference,
}

function byRuns(text: string, earlier: EarlierBlocks, { isWorth }: AcrossOptions): string | undefined {
  const lines = text.split('\n')
  const written: string[] = []
  /** The first line that is not written yet. */
  let from = 0
  for (let at = 0; at < lines.length; ) {
    const run = earlier.runAt(lines, at, from)
    const reference = run && referenceTo(run, lines, earlier)
    if (
      run !== undefined &&
      reference !== undefined &&
      isWorth(lines.slice(run.start, run.end).join('\n'), reference)
    ) {
      written.push(...lines.slice(from, run.start), reference)
      from = run.end
      at = run.end
    } else at = run !== undefined && run.end - at > MAX_RETRIED ? run.end : at + 1
  }
  return from === 0 ? undefined : [...written, ...lines.slice(from)].join('\n')
}

function asAWhole(text: string, earlier: EarlierBlocks, { isWorth }: AcrossOptions): string | undefined {
  const name = earlier.wholeBlock(text)
  if (name === undefined) return undefined
  // The head of a form is no text of a tool: it is not quoted.
  const reference = writeWhole({ lines: text.split('\n').length, block: name })
  return isWorth(text, reference) ? reference : undefined
}

/** Undefined when the quotes would lead to another place. */
function referenceTo(
  { start, end, name, place }: Run,
  lines: readonly string[],
  earlier: EarlierBlocks,
): string | undefined {
  const first = quoteOf(lines[start] as string)
  const reference = { lines: end - start, block: name, first, last: quoteOf(lines[end - 1] as string) }
  const written = writeReference(reference)
  return earlier.placeOf(reference) === place && parseReference(written) !== undefined ? written : undefined
}

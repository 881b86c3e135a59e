/**
 * Removes colours, and frames that a terminal no longer shows; a marker says how many. Text with a sequence that is not
 * fully understood stays as it is.
 */

import type { Technique } from '../technique.ts'
import { ESC, withoutColours } from '../terminal/colours.ts'
import { hasLoneReturn, returnsOfLines } from '../terminal/frames.ts'
import { lettersOf } from '../terminal/letters.ts'
import { holdsMarker } from '../terminal/marker.ts'
import { shownText } from '../terminal/shown-text.ts'

export const terminalCleanup: Technique = {
  name: 'terminal-cleanup',
  equivalence: 'screen',

  encode(text) {
    const hasReturn = hasLoneReturn(text)
    if ((!hasReturn && !text.includes(ESC)) || holdsMarker(text)) return undefined
    if (!text.includes(ESC) && !returnsOfLines(text).includes('frames')) return undefined
    const cleaned = (hasReturn ? undefined : lettersOf(text)) ?? shorterOf(withoutColours(text))
    return cleaned === undefined || cleaned.length >= text.length ? undefined : cleaned
  },

  // The markers stay: what they stand for cannot be restored.
  decode: (text) => text,
  recognises: holdsMarker,
}

/** What is shown; frames that are shorter than their markers stay, with the escapes that erase them. */
function shorterOf(plain: string): string | undefined {
  const shown = shownText(plain)
  return shown === undefined || shown.length < plain.length ? shown : plain
}

/** The marker that every lossy technique writes in place of removed text: `[m2m: 812 log lines left out]`. */

import type { Technique } from '../../technique.ts'

/** The marker with the amount of removed text; `what` identifies the technique. */
export function leftOut(count: number, what: string): string {
  return `[m2m: ${count} ${what} left out]`
}

/**
 * Creates a lossy technique. Its decoder restores nothing. A text with its marker is sent unchanged, so that no text is
 * shortened twice.
 * @param what follows the number in its markers
 * @param shorten returns the text with markers in it, or undefined when there is nothing to remove
 */
export function lossyTechnique(name: string, what: string, shorten: (text: string) => string | undefined): Technique {
  const marker = new RegExp(`\\[m2m: \\d+ ${what} left out\\]`)
  return {
    name,
    equivalence: 'none',
    encode: (text) => (marker.test(text) ? undefined : shorten(text)),
    decode: (text) => text,
    recognises: (text) => marker.test(text),
  }
}

/**
 * Replaces every run of lines that are not kept by a marker.
 * @param fewest a shorter run stays
 */
export function withoutLines(
  lines: readonly string[],
  isKept: (index: number) => boolean,
  { what, fewest }: { what: string; fewest: number },
): string | undefined {
  let text = ''
  let hasLoss = false
  for (let at = 0; at < lines.length; ) {
    let end = at
    while (end < lines.length && !isKept(end)) end++
    if (end - at >= fewest) {
      text += `${leftOut(end - at, what)}\n`
      hasLoss = true
    } else text += lines.slice(at, end).join('')
    if (end < lines.length) text += lines[end]
    at = end + 1
  }
  return hasLoss ? text : undefined
}

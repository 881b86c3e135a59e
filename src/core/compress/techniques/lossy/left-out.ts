/** What every technique that loses something says in place of it: `[m2m: 812 log lines left out]`. */

import type { Technique } from '../../technique.ts'

/** Says how much of what is gone; `what` names the technique that did it. */
export function leftOut(count: number, what: string): string {
  return `[m2m: ${count} ${what} left out]`
}

/**
 * A technique that loses something. Its decoder has nothing to bring back, and a text with its marker is left alone, so
 * that nothing is lost twice.
 * @param what follows the number in its markers
 * @param shorten the text with markers in it, or undefined when there is nothing to leave out
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
 * Lines with a marker in place of every run of those that are not kept.
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

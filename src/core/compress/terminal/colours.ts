/** Removes what changes the look of a terminal's text and none of its letters. */

export const ESC = '\u001b'

/**
 * ECMA-48 select graphic rendition; the end of an alternative character set (`tput sgr0` sends it); the cursor shown or
 * hidden, key modes, bracketed paste, synchronised output.
 */
const COLOURS = new RegExp(`${ESC}(?:\\[[\\d;:]*m|\\(B|\\[\\?(?:1|12|25|1004|2004|2026)[hl]|[=>])`, 'g')

/** The text letter by letter without colours and styles. The kind of a text is told from this. */
export function withoutColours(text: string): string {
  return text.includes(ESC) ? text.replace(COLOURS, '') : text
}

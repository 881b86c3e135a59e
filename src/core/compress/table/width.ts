/** The width of a cell as the tool counted it that padded the table. */

export type Measure = (text: string) => number

/** Letters that take two places on a terminal: Chinese, Japanese, Korean, full-width forms, emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/gu

const BEYOND_LATIN = /[\u0300-\uffff]/

/** Code points. */
export const lettersOf: Measure = (text) => {
  let letters = text.length
  for (let at = 0; at < text.length; at++) if ((text.codePointAt(at) as number) > 0xffff) letters--
  return letters
}

/** Places on a terminal. */
export const placesOf: Measure = (text) =>
  BEYOND_LATIN.test(text) ? lettersOf(text) + (text.match(WIDE)?.length ?? 0) : text.length

/** Is there a letter whose width is not that of one place? */
export function hasWide(text: string): boolean {
  return placesOf(text) !== text.length
}

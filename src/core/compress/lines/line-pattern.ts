/** Does a line of the text begin as a form, with a bracket? Asked of every text by every form, and few hold one. */

import { rememberingTexts } from '../memory/text-memo.ts'

export interface LinePattern {
  test(text: string): boolean
}

/**
 * A multi-line pattern takes 5 ns a unit, most of them at the ends of lines. That no line begins with a bracket, or that
 * the text lacks the literal, is told in a tenth of that.
 * @param literal what every match holds
 * @param pattern begins with a bracket at the start of a line
 */
export function linePattern(literal: string, pattern: RegExp): LinePattern {
  return { test: (text) => hasBracketLine(text) && text.includes(literal) && pattern.test(text) }
}

/** Does a line begin with a bracket? Lines end as those of a multi-line pattern. */
export const hasBracketLine: (text: string) => boolean = rememberingTexts(2, (text) => {
  for (let at = text.indexOf('['); at >= 0; at = text.indexOf('[', at + 1)) {
    if (at === 0 || LINE_ENDS.includes(text.charAt(at - 1))) return true
  }
  return false
})

const LINE_ENDS = '\n\r\u2028\u2029'

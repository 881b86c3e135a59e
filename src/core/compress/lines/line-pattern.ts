/** Does a line of the text begin as a form? Asked of every text, and few hold one. */

export interface LinePattern {
  test(text: string): boolean
}

/**
 * A pattern that looks at each line takes 5 ns a unit; a text without the literal is told in a tenth of that.
 * @param literal what every match holds
 */
export function linePattern(literal: string, pattern: RegExp): LinePattern {
  return { test: (text) => text.includes(literal) && pattern.test(text) }
}

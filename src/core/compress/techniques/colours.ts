/** Removes colours, and nothing else: the letters of a diff, of code or of a search result stay as they are. */

import type { Technique } from '../technique.ts'
import { ESC } from '../terminal/colours.ts'
import { lettersOf } from '../terminal/letters.ts'

export const colours: Technique = {
  name: 'colours',
  equivalence: 'screen',

  encode(text) {
    const letters = text.includes(ESC) ? lettersOf(text) : undefined
    return letters === text ? undefined : letters
  },

  // The screen is the same, so decoding returns the text unchanged.
  decode: (text) => text,
  recognises: () => false,
}

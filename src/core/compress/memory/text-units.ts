/**
 * The UTF-16 units of a text. An array of them is read two to three times as fast as the text, so every look at each
 * unit of a block shares one. The last two texts are remembered: the text that is encoded, and its form.
 */

import { unitsOf } from '../../json/index.ts'
import { rememberingTexts } from './text-memo.ts'

export const textUnits: (text: string) => Uint16Array = rememberingTexts(2, unitsOf)

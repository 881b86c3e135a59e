/** Finds the JSON in a text. The last two texts are remembered (memory/text-memo.ts). */

import { findJson, type JsonSpan, unitsOf } from '../../json/index.ts'
import { rememberingTexts } from '../memory/text-memo.ts'

export interface JsonFound {
  readonly units: Uint16Array
  readonly spans: readonly JsonSpan[]
}

/** The text that is encoded, and its form: later texts belong to other blocks. */
const REMEMBERED_TEXTS = 2

export const jsonIn: (text: string) => JsonFound = rememberingTexts(REMEMBERED_TEXTS, (text) => {
  const units = unitsOf(text)
  return { units, spans: findJson(units) }
})

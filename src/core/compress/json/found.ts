/** Finds the JSON in a text, and the runs of objects in it. The last two texts are remembered (memory/text-memo.ts). */

import { findJson, type JsonSpan } from '../../json/index.ts'
import { type Run, runsOf } from '../columnar/runs.ts'
import { rememberingTexts } from '../memory/text-memo.ts'
import { textUnits } from '../memory/text-units.ts'

export interface JsonFound {
  readonly units: Uint16Array
  readonly spans: readonly JsonSpan[]
}

/** The text that is encoded, and its form: later texts belong to other blocks. */
const REMEMBERED_TEXTS = 2

export const jsonIn: (text: string) => JsonFound = rememberingTexts(REMEMBERED_TEXTS, (text) => {
  const units = textUnits(text)
  return { units, spans: findJson(units) }
})

/** The spans of `jsonIn`, with those of a run replaced by the run. */
export const jsonAndRunsIn: (text: string) => readonly (Run | JsonSpan)[] = rememberingTexts(REMEMBERED_TEXTS, (text) =>
  runsOf(text, jsonIn(text).spans),
)

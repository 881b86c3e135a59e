/** Where the JSON in a text stands, found once for the techniques and the verification that look at it one after the other. */

import { findJson, type JsonSpan, unitsOf } from '../../json/index.ts'

export interface JsonFound {
  readonly text: string
  readonly units: Uint16Array
  readonly spans: readonly JsonSpan[]
}

/** The text that is encoded, and its form: what comes after both is another block's. */
const KEPT = 2

/** The latest first. */
let latest: readonly JsonFound[] = []

export function jsonIn(text: string): JsonFound {
  const known = latest.find((found) => found.text === text)
  if (known !== undefined) return known
  const units = unitsOf(text)
  const found = { text, units, spans: findJson(units) }
  latest = [found, ...latest.slice(0, KEPT - 1)]
  return found
}

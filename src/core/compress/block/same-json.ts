/** Do two texts hold the same JSON, with the same text around it? */

import { hasSameLexemes } from '../../json/index.ts'
import { jsonIn } from '../json/found.ts'

/**
 * White space between lexemes may differ; lexemes, key order, duplicate keys and every unit outside of JSON may not
 * (docs/spec/compression.md, The same content).
 */
export function isSameJson(a: string, b: string): boolean {
  if (a === b) return true
  const { units: unitsA, spans: spansA } = jsonIn(a)
  const { units: unitsB, spans: spansB } = jsonIn(b)
  if (spansA.length !== spansB.length) return false
  let fromA = 0
  let fromB = 0
  for (const [i, spanA] of spansA.entries()) {
    const spanB = spansB[i] as typeof spanA
    if (a.slice(fromA, spanA.start) !== b.slice(fromB, spanB.start)) return false
    const jsonA = unitsA.subarray(spanA.start, spanA.end)
    const jsonB = unitsB.subarray(spanB.start, spanB.end)
    if (!hasSameLexemes(jsonA, jsonB)) return false
    fromA = spanA.end
    fromB = spanB.end
  }
  return a.slice(fromA) === b.slice(fromB)
}

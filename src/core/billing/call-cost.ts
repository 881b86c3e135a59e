/** Computes the cost of a call from the provider's usage and the prices of its tokens. */

import type { Usage } from '../dialect/index.ts'
import type { Rates } from './rates.ts'

/** @returns USD; undefined when the usage or a price that applies to it is unknown */
export function callCost(usage: Usage | undefined, rates: Rates | undefined): number | undefined {
  if (usage?.output === undefined || rates === undefined) return undefined
  const input = inputCost(usage, rates)
  return input === undefined ? undefined : input + (usage.output * rates.output) / 1e6
}

/** @returns USD for the prompt alone */
export function inputCost(usage: Usage, { input, cacheRead, cacheWrite }: Rates): number | undefined {
  if (usage.input === undefined) return undefined
  const { cacheRead: read = 0, cacheCreation: written = 0 } = usage
  if ((read > 0 && cacheRead === undefined) || (written > 0 && cacheWrite === undefined)) return undefined
  const fresh = Math.max(0, usage.input - read - written)
  return (fresh * input + read * (cacheRead ?? 0) + written * (cacheWrite ?? 0)) / 1e6
}

/** Whose prices a call is billed at. */

import { type Prices, resolveModel } from '../model/index.ts'

/**
 * The maker's prices, for a model that its maker serves: anybody else may ask something else for it.
 * @param provider who served the call, as the policy names it
 * @param names the model that answered, then the one that was asked for: a reply tells the dated one
 */
export function pricesOf(provider: string | undefined, names: readonly (string | undefined)[]): Prices | undefined {
  for (const name of names) {
    const card = name === undefined ? undefined : resolveModel(name)
    if (card?.prices !== undefined) return card.provider === provider ? card.prices : undefined
  }
  return undefined
}

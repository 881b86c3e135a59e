/** Whose prices a call is billed at. */

import { isMaker, type Prices, resolveModel, type Server } from '../model/index.ts'

/**
 * The maker's prices, for a model that its maker serves: anybody else may ask something else for it.
 * @param names the model that answered, then the one that was asked for: a reply tells the dated one
 */
export function pricesOf(server: Server | undefined, names: readonly (string | undefined)[]): Prices | undefined {
  for (const name of names) {
    const card = name === undefined ? undefined : resolveModel(name)
    if (card?.prices !== undefined) {
      return server !== undefined && isMaker(server, card.provider) ? card.prices : undefined
    }
  }
  return undefined
}

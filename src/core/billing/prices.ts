/** Selects the prices that apply to a call. */

import { isMaker, type Prices, resolveModel, type Server } from '../model/index.ts'

/**
 * The maker's prices, if the maker serves the model itself: other providers may have other prices.
 * @param names the model named by the reply, then the requested one: the reply often names a dated version
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

/** Whose prices a call is billed at. */

import { type Prices, resolveModel } from '../model/index.ts'

/** Who served a call: the name that the policy has for it, and where the call went. */
export interface Server {
  readonly name: string
  readonly host?: string
}

/** Where makers serve their models, for a provider that a policy names otherwise. */
const MAKERS: Readonly<Record<string, string>> = {
  'api.openai.com': 'openai',
  'api.anthropic.com': 'anthropic',
  'generativelanguage.googleapis.com': 'google',
  'api.mistral.ai': 'mistral',
  'api.deepseek.com': 'deepseek',
  'api.x.ai': 'xai',
  'api.z.ai': 'zhipu',
  'api.moonshot.ai': 'moonshot',
}

/**
 * The maker's prices, for a model that its maker serves: anybody else may ask something else for it.
 * @param names the model that answered, then the one that was asked for: a reply tells the dated one
 */
export function pricesOf(server: Server | undefined, names: readonly (string | undefined)[]): Prices | undefined {
  for (const name of names) {
    const card = name === undefined ? undefined : resolveModel(name)
    if (card?.prices !== undefined) return isMaker(server, card.provider) ? card.prices : undefined
  }
  return undefined
}

function isMaker(server: Server | undefined, maker: string): boolean {
  return server !== undefined && (server.name === maker || MAKERS[server.host ?? ''] === maker)
}

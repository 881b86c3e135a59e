/** Does the maker serve a model itself? Only then its prices and cache rules are known to apply. */

/** The provider of a call: its name in the policy, and its host. */
export interface Server {
  readonly name: string
  readonly host?: string
}

/** The makers' own hosts, for providers with another name in the policy. */
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

/** @param maker the `provider` of a model's card */
export function isMaker({ name, host = '' }: Server, maker: string): boolean {
  return name === maker || MAKERS[host] === maker
}

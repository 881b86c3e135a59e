/** Who serves a model: its maker itself, whose prices and rules are known, or somebody else. */

/** Who a call goes to: the name that the policy has for it, and its host. */
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

/** @param maker the `provider` of a model's card */
export function isMaker({ name, host = '' }: Server, maker: string): boolean {
  return name === maker || MAKERS[host] === maker
}

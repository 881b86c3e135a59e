/** Does a server charge a maker's list prices, and which place of inference does it guarantee? */

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
  'api.minimax.io': 'minimax',
  'dashscope-intl.aliyuncs.com': 'alibaba',
}

/** Hosts that keep a call in one place: `eu.api.openai.com`, `us.api.x.ai`. */
const REGIONAL = /^([a-z]{2})\.(api\.(?:openai\.com|x\.ai))$/

const BEDROCK = /^bedrock-[a-z-]+\.[a-z0-9-]+\.(?:amazonaws\.com|api\.aws)$/

/** Bedrock's model ids begin with the place of their inference, but for `global` and ids of one region. */
const BEDROCK_PLACE = /(?:^|\/)(us|us-gov|eu|apac|jp|au|ca)\.[a-z]+\./

/**
 * Does the maker serve a model itself? Only then its cache rules are known to apply.
 * @param maker the `provider` of a model's card
 */
export function isMaker({ name, host = '' }: Server, maker: string): boolean {
  return name === maker || MAKERS[REGIONAL.exec(host)?.[2] ?? host] === maker
}

/** Does the server ask for the maker's list prices? Bedrock does for Claude; its regional ids cost more. */
export function hasListPrices(server: Server, maker: string): boolean {
  return isMaker(server, maker) || (maker === 'anthropic' && isBedrock(server))
}

/**
 * The place of inference that the host, or on Bedrock the model's id, guarantees: `us`, `eu`, `us-gov`.
 * @param model as requested; a short name
 */
export function placeOf(server: Server, model: string | undefined): string | undefined {
  if (isBedrock(server)) return BEDROCK_PLACE.exec(model ?? '')?.[1]
  return REGIONAL.exec(server.host ?? '')?.[1]
}

function isBedrock({ name, host = '' }: Server): boolean {
  return name === 'bedrock' || BEDROCK.test(host)
}

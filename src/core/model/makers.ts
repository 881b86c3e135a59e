/** Selects what a server asks for a model, and the place of inference that it guarantees. */

import type { ModelCard, Offer } from './card.ts'

/** The provider of a call: its name in the policy, and its host. */
export interface Server {
  readonly name: string
  readonly host?: string
}

/** Hosts of makers and of servers with known prices, for providers with another name in the policy. */
const SERVERS: Readonly<Record<string, string>> = {
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
  'api.groq.com': 'groq',
}

/** Hosts that keep a call in one place: `eu.api.openai.com`, `us.api.x.ai`. */
const REGIONAL = /^([a-z]{2})\.(api\.(?:openai\.com|x\.ai))$/

const BEDROCK = /(?:^|\.)bedrock-(?:runtime|mantle)(?:-fips)?\.[a-z0-9.-]+\.(?:amazonaws\.com|api\.aws)$/

/** Bedrock's model ids begin with the place of their inference, but for `global` and ids of one region. */
const BEDROCK_PLACE = /(?:^|\/)(us|us-gov|eu|apac|jp|au|ca)\.[a-z]+\./

/**
 * Does the maker serve a model itself? Only then its cache rules are known to apply.
 * @param maker the `provider` of a model's card
 */
export function isMaker({ name, host = '' }: Server, maker: string): boolean {
  return name === maker || ownerOf(host) === maker
}

/**
 * The maker's prices and caches where the maker serves the model; the server's own where they are known. Bedrock asks
 * for Anthropic's prices; its regional ids cost more.
 */
export function offerOf(card: ModelCard, server: Server): Offer | undefined {
  const { provider, resold = {} } = card
  if (isMaker(server, provider) || (provider === 'anthropic' && isBedrock(server))) return card
  const name = ownerOf(server.host ?? '') ?? server.name
  return Object.hasOwn(resold, name) ? resold[name] : undefined
}

function ownerOf(host: string): string | undefined {
  return SERVERS[REGIONAL.exec(host)?.[2] ?? host]
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

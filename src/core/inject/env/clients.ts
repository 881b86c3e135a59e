/**
 * Which addresses a container's clients can be given, by the variables that it shows. A variable that a policy names is set
 * wherever it is not set; one of ours never moves a client from a place that its user has chosen.
 */

import type { RawVariable } from '../injection.ts'
import type { Address } from './addresses.ts'

export interface Shown {
  readonly variables: readonly RawVariable[]
  /** Theirs. */
  readonly names: ReadonlySet<string>
  readonly addresses: readonly Address[]
  /** The sidecar's own host and port, with a slash behind. */
  readonly base: string
}

/** Why a variable is left out; `nothing` is told where the container shows no such client. */
export type LeftOut =
  | { readonly reason: 'AzureClient' | 'nothing' }
  | { readonly reason: 'VariableKept'; readonly alias: string }

/** Undefined: it is set, where it is not. */
export function whyLeftOut({ variable, isNamed }: Address, shown: Shown): LeftOut | undefined {
  const { names } = shown
  if (variable === 'OPENAI_BASE_URL' && isOfAzure(names, shown.addresses)) return { reason: 'AzureClient' }
  if (isNamed) return undefined
  const needed = NEEDED[variable]
  if (needed !== undefined && !names.has(needed)) return { reason: 'nothing' }
  const alias = ALIASES[variable]
  const isElsewhere = ({ name, value }: RawVariable): boolean =>
    name !== variable && alias?.test(name) === true && value?.startsWith(shown.base) !== true
  const found = shown.variables.find(isElsewhere)
  return found === undefined ? undefined : { reason: 'VariableKept', alias: found.name }
}

/** Azure's clients read OpenAI's variable too, and refuse it beside an endpoint of their own. */
const OF_AZURE = [
  ...['AZURE_OPENAI_ENDPOINT', 'AZURE_OPENAI_API_KEY', 'AZURE_OPENAI_AD_TOKEN'],
  ...['OPENAI_API_VERSION', 'OPENAI_API_TYPE'],
]

function isOfAzure(names: ReadonlySet<string>, addresses: readonly Address[]): boolean {
  const isToCome = addresses.some(({ variable, isNamed }) => variable === 'AZURE_OPENAI_ENDPOINT' && isNamed)
  return isToCome || OF_AZURE.some((name) => names.has(name))
}

/** The key by which a container shows whose client it has. Signed calls (SigV4) would be refused at another address. */
const NEEDED: Readonly<Record<string, string>> = {
  AZURE_OPENAI_ENDPOINT: 'AZURE_OPENAI_API_KEY',
  AWS_ENDPOINT_URL_BEDROCK_RUNTIME: 'AWS_BEARER_TOKEN_BEDROCK',
  ANTHROPIC_BEDROCK_BASE_URL: 'AWS_BEARER_TOKEN_BEDROCK',
}

const END = '(?:API_)?(?:BASE|BASE_URLS?|URL|HOST|ENDPOINT)$'

/**
 * Other names for the same place. LiteLLM reads `OPENAI_BASE_URL` before `OPENAI_API_BASE`: with ours it would take the key of a
 * gateway to OpenAI.
 */
const ALIASES: Readonly<Record<string, RegExp>> = {
  OPENAI_BASE_URL: new RegExp(`^OPENAI_${END}`),
  ANTHROPIC_BASE_URL: new RegExp(`^(?:ANTHROPIC|CLAUDE)_${END}`),
  GROQ_BASE_URL: new RegExp(`^GROQ_${END}`),
  GOOGLE_GEMINI_BASE_URL: new RegExp(`^(?:GOOGLE|GEMINI|GOOGLE_GEMINI)_${END}`),
  AZURE_OPENAI_ENDPOINT: new RegExp(`^AZURE_(?:OPENAI_)?${END}`),
  AWS_ENDPOINT_URL_BEDROCK_RUNTIME: /^AWS_ENDPOINT_URL$|^AWS_BEDROCK_(?:RUNTIME_ENDPOINT|BASE_URL)$/,
  ANTHROPIC_BEDROCK_BASE_URL: /^AWS_ENDPOINT_URL$|^AWS_BEDROCK_(?:RUNTIME_ENDPOINT|BASE_URL)$/,
}

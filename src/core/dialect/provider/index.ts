/** All provider APIs. Every list of dialects, hosts and paths derives from this table. */

import { anthropic } from './anthropic.ts'
import { none } from './none.ts'
import { ollama } from './ollama.ts'
import { openai } from './openai.ts'
import type { BuiltInHost, ProviderApi } from './provider-api.ts'

const TABLE = { openai, anthropic, ollama, none }

/** Whose API it is: decides paths, the error body and the rules of the prompt cache. */
export type ProviderDialect = keyof typeof TABLE

export const PROVIDER_APIS: Readonly<Record<ProviderDialect, ProviderApi>> = TABLE

export const PROVIDER_DIALECTS = Object.keys(TABLE) as readonly ProviderDialect[]

/** For a server or caller without other signs: most servers are compatible with it (vLLM, LiteLLM, Azure). */
export const DEFAULT_DIALECT: ProviderDialect = 'openai'

/** The built-in providers by name. */
export const BUILT_IN_HOSTS: ReadonlyMap<string, BuiltInHost & { readonly dialect: ProviderDialect }> = new Map(
  PROVIDER_DIALECTS.flatMap((dialect) =>
    Object.entries(PROVIDER_APIS[dialect].hosts).map(([name, host]) => [name, { ...host, dialect }] as const),
  ),
)

/** Headers that may carry a caller's key. Azure takes `api-key`, whichever API it serves. */
export const CREDENTIAL_HEADERS: readonly string[] = [
  ...new Set([...Object.values(PROVIDER_APIS).flatMap((api) => api.credentialHeaders), 'api-key']),
]

/** `gen_ai.provider.name` of a provider by its name in the policy: the convention's value for a built-in one. */
export function telemetryNameOf(name: string): string {
  return BUILT_IN_HOSTS.get(name)?.telemetryName ?? name
}

/** An error of ours, as the caller's API writes errors. */

import { PROVIDER_APIS, type ProviderDialect } from './provider/index.ts'
import type { Problem } from './provider/provider-api.ts'

/** @returns JSON text of the provider's error body */
export function errorReply(provider: ProviderDialect, problem: Problem): string {
  return JSON.stringify(PROVIDER_APIS[provider].errorBody(problem))
}

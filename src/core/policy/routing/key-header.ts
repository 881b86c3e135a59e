/** The header in which a provider takes a key that the sidecar adds (docs/spec/routing.md, A key of the sidecar). */

import { CREDENTIAL_HEADERS } from '../../dialect/index.ts'
import type { Provider } from '../compiled.ts'
import { ownerOf } from './makers.ts'

export interface KeyHeader {
  readonly name: string
  readonly value: string
}

/** Headers of the caller that a key of the sidecar replaces, in lower case: no provider gets two keys. */
export const REPLACED_BY_KEY: ReadonlySet<string> = new Set([...CREDENTIAL_HEADERS, 'x-goog-api-key'])

/** @param path at the provider: Google's own API takes a key elsewhere than its API of OpenAI's form */
export function keyHeader(provider: Provider, path: string, key: string): KeyHeader {
  const maker = ownerOf(provider)?.maker
  if (maker === 'azure') return { name: 'api-key', value: key }
  if (maker === 'google' && !path.includes('/openai/') && !/^ya29\./.test(key)) {
    return { name: 'x-goog-api-key', value: key }
  }
  // A token of a subscription is no key of the API.
  const isKey = provider.dialect === 'anthropic' && !/^sk-ant-oat/.test(key)
  return isKey ? { name: 'x-api-key', value: key } : { name: 'authorization', value: `Bearer ${key}` }
}

/** Decides from the headers which calls are not rewritten. */

import type { IncomingHttpHeaders } from 'node:http'
import type { CompiledPolicy } from '../../src/core/policy/index.ts'
import type { PassthroughReason } from '../telemetry/index.ts'
import type { Seal } from './signed.ts'

/**
 * signed: no byte may change. bypass, subscription: nothing new is rewritten; what was sent in a form of ours keeps it.
 */
export type Bypass = Extract<PassthroughReason, 'signed' | 'bypass' | 'subscription'>

/**
 * @param call.seal as `sealOf` of signed.ts
 * @returns undefined for a call that may be rewritten
 */
export function bypassOf(
  { headers, seal }: { readonly headers: IncomingHttpHeaders; readonly seal: Seal | undefined },
  { compression }: CompiledPolicy,
): Bypass | undefined {
  if (seal !== undefined) return 'signed'
  const asked = headers['x-m2m-bypass']
  if (asked !== undefined && /^true$/i.test(String(asked))) return 'bypass'
  return isSubscription(headers) && !compression.subscriptionTraffic ? 'subscription' : undefined
}

/** Credentials of a person's subscription rather than of an API account. */
function isSubscription(headers: IncomingHttpHeaders): boolean {
  return (
    /^Bearer\s+sk-ant-oat/i.test(headers.authorization ?? '') ||
    /(?:^|[\s,])oauth-/.test(String(headers['anthropic-beta'] ?? '')) ||
    headers['chatgpt-account-id'] !== undefined
  )
}

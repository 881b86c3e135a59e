/** Decides from the headers which calls are not rewritten. */

import type { IncomingHttpHeaders } from 'node:http'
import type { CompiledPolicy } from '../../src/core/policy/index.ts'

/** Headers that sign or hash the body: a changed body would be refused. */
const SEALS = ['content-md5', 'digest', 'content-digest', 'x-amz-content-sha256', 'signature']

/** sealed: no byte may change. unwanted: nothing new is rewritten; what was sent in a form of ours keeps it. */
export type Bypass = 'sealed' | 'unwanted'

/** @returns undefined for a call that may be rewritten */
export function bypassOf(headers: IncomingHttpHeaders, { compression }: CompiledPolicy): Bypass | undefined {
  if (isSealed(headers)) return 'sealed'
  const isUnwanted =
    /^true$/i.test(String(headers['x-m2m-bypass'])) || (isSubscription(headers) && !compression.subscriptionTraffic)
  return isUnwanted ? 'unwanted' : undefined
}

function isSealed(headers: IncomingHttpHeaders): boolean {
  return headers.authorization?.startsWith('AWS4-') === true || SEALS.some((name) => headers[name] !== undefined)
}

/** Credentials of a person's subscription rather than of an API account. */
function isSubscription(headers: IncomingHttpHeaders): boolean {
  return (
    /^Bearer\s+sk-ant-oat/i.test(headers.authorization ?? '') ||
    /(?:^|[\s,])oauth-/.test(String(headers['anthropic-beta'] ?? '')) ||
    headers['chatgpt-account-id'] !== undefined
  )
}

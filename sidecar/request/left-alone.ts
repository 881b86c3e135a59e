/** Decides from the headers which calls are never rewritten. */

import type { IncomingHttpHeaders } from 'node:http'
import type { CompiledPolicy } from '../../src/core/policy/index.ts'

/** Headers that sign or hash the body: a changed body would be refused. */
const SEALS = ['content-md5', 'digest', 'content-digest', 'x-amz-content-sha256', 'signature']

export function isLeftAlone(headers: IncomingHttpHeaders, { compression }: CompiledPolicy): boolean {
  return (
    /^true$/i.test(String(headers['x-m2m-bypass'])) ||
    isSealed(headers) ||
    (isSubscription(headers) && !compression.subscriptionTraffic)
  )
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

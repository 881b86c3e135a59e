/** Reduces a request to the facts that are kept until its reply, so that its bytes can be released. */

import { fingerprint } from '../prefix-breaks/index.ts'
import type { LlmRequest } from '../request/compress.ts'
import type { Marked } from '../request/mark-cache.ts'
import { failedResultKeys } from '../session/index.ts'
import type { RequestSummary } from '../telemetry/index.ts'
import type { Call, SentRequest } from './call.ts'

export function sentRequest({ report, cache, request }: Marked, log: Call['log']): SentRequest {
  return {
    report,
    cache,
    request: request && requestSummary(request),
    prefix: request && requestPrefix(request, log),
  }
}

function requestSummary({ read, session, group }: LlmRequest): RequestSummary {
  const { model, isStream, parameters } = read.facts
  return { model, isStream, parameters, session, group, failedResults: failedResultKeys(read.tape) }
}

function requestPrefix({ read }: LlmRequest, log: Call['log']): SentRequest['prefix'] {
  if (read.facts.session.continuesResponse) return undefined
  try {
    return read.prefix && fingerprint(read.tape, read.prefix)
  } catch (error) {
    log.warn({ err: error }, 'the prefix of a request was not read')
    return undefined
  }
}

/** Reduces a request to the facts kept while its reply is awaited, so that its bytes can be released. */

import type { Steps } from '../../src/core/steps.ts'
import { fingerprint } from '../prefix-breaks/index.ts'
import type { LlmRequest } from '../request/compress.ts'
import type { Marked } from '../request/mark-cache.ts'
import type { SecondOutcome } from '../request/second-attempt.ts'
import { failedResultKeys } from '../session/index.ts'
import type { RequestSummary } from '../telemetry/index.ts'
import type { Call, SentRequest } from './call.ts'

/** Never throws: the request is on its way. */
export function* sentRequest(outgoing: Marked, second: SecondOutcome, log: Call['log']): Steps<SentRequest> {
  const { report, cache, request, passthrough } = outgoing
  if (request === undefined) {
    return { account: undefined, report, cache, second, passthrough, request: undefined, prefix: undefined }
  }
  let prefix: SentRequest['prefix']
  let failedResults: readonly number[] = []
  // Here, and not in a function of its own: each one that may pause costs 150 bytes.
  try {
    prefix = prefixOf(request)
    yield
    failedResults = yield* failedResultKeys(request.read)
  } catch (error) {
    prefix = undefined
    log.warn({ err: error }, 'the hashes of a request could not be computed')
  }
  const { account } = request
  return { account, report, cache, second, passthrough, request: summaryOf(request, failedResults), prefix }
}

function prefixOf({ read }: LlmRequest): SentRequest['prefix'] {
  const isStored = read.facts.session.continuesResponse
  return isStored ? undefined : read.prefix && fingerprint(read.tape, read.prefix)
}

function summaryOf(request: LlmRequest, failedResults: readonly number[]): RequestSummary {
  const { model, isStream, parameters } = request.read.facts
  const { session, group, unknownForms } = request
  return { model, isStream, parameters, session, group, failedResults, unknownForms }
}

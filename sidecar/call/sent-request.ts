/** Reduces a request to the facts kept while its reply is awaited, so that its bytes can be released. */

import type { Steps } from '../../src/core/steps.ts'
import { fingerprint } from '../prefix-breaks/index.ts'
import type { LlmRequest } from '../request/compress.ts'
import type { Marked } from '../request/mark-cache.ts'
import type { SecondOutcome } from '../request/second-attempt.ts'
import { failedResultKeys } from '../session/index.ts'
import type { Call, SentRequest } from './call.ts'

/** Never throws: the request is on its way. */
export function* sentRequest(outgoing: Marked, second: SecondOutcome, log: Call['log']): Steps<SentRequest> {
  const { report, cache, request, passthrough } = outgoing
  if (request === undefined) {
    return { account: undefined, report, cache, second, passthrough, request: undefined, prefix: undefined }
  }
  const { model, isStream, parameters } = request.read.facts
  const { session, group, unknownForms } = request
  const { failedResults, prefix } = yield* hashesOf(request, log)
  return {
    account: request.account,
    report,
    cache,
    second,
    passthrough,
    request: { model, isStream, parameters, session, group, failedResults, unknownForms },
    prefix,
  }
}

interface Hashes extends Pick<SentRequest, 'prefix'> {
  readonly failedResults: readonly number[]
}

function* hashesOf({ read }: LlmRequest, log: Call['log']): Steps<Hashes> {
  try {
    const isStored = read.facts.session.continuesResponse
    const prefix = isStored ? undefined : read.prefix && fingerprint(read.tape, read.prefix)
    yield
    return { failedResults: yield* failedResultKeys(read.tape), prefix }
  } catch (error) {
    log.warn({ err: error }, 'the hashes of a request could not be computed')
    return { failedResults: [], prefix: undefined }
  }
}

/** Compresses one request with the techniques of a profile, and reports the result. */

import type { ReadBody } from '../../dialect/index.ts'
import { splice } from '../../json/index.ts'
import { atOnce, type Steps } from '../../steps.ts'
import type { TokenCounter } from '../../tokenizer/index.ts'
import type { BlockCache } from '../memory/block-cache.ts'
import type { Digests } from '../memory/digests.ts'
import type { Repeated } from '../memory/repeated.ts'
import { forgettingTexts } from '../memory/text-memo.ts'
import type { Report } from '../report.ts'
import { compressingBlocks } from './compressing-blocks.ts'
import { keepForms } from './keep-forms.ts'
import { passthroughReport, reporting } from './passthrough-report.ts'
import type { RequestForms } from './request-forms.ts'
import type { CompressionSettings } from './settings.ts'
import { Tally } from './tally.ts'

export interface CompressOptions {
  /** Results of earlier requests; the output is the same without it. */
  readonly cache?: BlockCache | undefined
  /** The hashes of the blocks, where they are computed already. */
  readonly digests?: Digests | undefined
  /** The part of the conversation's request before that this one repeats. */
  readonly repeated?: Repeated | undefined
  /** The forms that the conversation was sent in before; without it, every block gets the policy's form. */
  readonly forms?: RequestForms | undefined
}

export interface CompressedRequest {
  /** The body to send; the same object when nothing changed. */
  readonly body: Uint8Array
  readonly report: Report
}

/** As `compressing`, in one go. */
export function compressRequest(
  read: ReadBody,
  settings: CompressionSettings,
  counter: TokenCounter,
  options: CompressOptions = {},
): CompressedRequest {
  return atOnce(compressing(read, settings, counter, options))
}

/**
 * Compresses a request body. A pure function of its arguments except for the time in the report: no byte depends on the
 * pauses between the steps. Never throws: when anything fails outside a single block, the outcome is `failopen` and only
 * forms that were sent before are kept.
 */
export function* compressing(
  read: ReadBody,
  settings: CompressionSettings,
  counter: TokenCounter,
  options: CompressOptions = {},
): Steps<CompressedRequest> {
  const { mode, isHeldOut, profile } = settings
  const isWritten = (mode === 'Enforce' && !isHeldOut) || options.forms?.isWriting === true
  try {
    if (isWritten) return yield* written(read, settings, counter, options)
    if (mode === 'Audit' && !isHeldOut) return yield* audited(read, settings, counter, options)
    const outcome = mode === 'Disabled' ? 'passthrough' : 'holdout'
    const report = yield* reporting({ read, counter, ...options, profile, outcome, bytes: read.body.length })
    return { body: read.body, report }
  } catch {
    return failOpen(read, { profile, forms: options.forms })
  }
}

function* written(
  read: ReadBody,
  settings: CompressionSettings,
  counter: TokenCounter,
  options: CompressOptions,
): Steps<CompressedRequest> {
  const tally = new Tally(read, counter)
  const body = splice(read.body, yield* compressingBlocks(tally, settings, options))
  const outcome = body === read.body ? 'passthrough' : 'compressed'
  return { body, report: tally.report({ profile: settings.profile, outcome, sentBytes: body.length }) }
}

/** Tells what the policy would do, whatever was sent before. */
function* audited(
  read: ReadBody,
  settings: CompressionSettings,
  counter: TokenCounter,
  options: CompressOptions,
): Steps<CompressedRequest> {
  const tally = new Tally(read, counter)
  const sent = splice(read.body, yield* compressingBlocks(tally, settings, { ...options, forms: undefined }))
  const report = tally.report({ profile: settings.profile, outcome: 'audit', sentBytes: sent.length })
  return { body: read.body, report }
}

/** Neither counts nor tries anything new. What was sent in a form of ours before is sent so again, if that can be done. */
export function failOpen(
  read: ReadBody,
  { profile, forms }: { readonly profile: string; readonly forms: RequestForms | undefined },
): CompressedRequest {
  let body = read.body
  forms?.nothingRewritten()
  try {
    if (forms?.keepsForms) body = forgettingTexts(() => keepForms(read, forms))
  } catch {
    // The request as it came is better than none.
  }
  return { body, report: passthroughReport({ read, profile, outcome: 'failopen', bytes: read.body.length }) }
}

/** Compression on request: `m2m compress` and `/v1/compress`. */

import { type BlockCache, type CompressionSettings, compressing, type Report } from '../compress/index.ts'
import { atOnce, type Steps } from '../steps.ts'
import { resolveCounter, type Vocabularies } from '../tokenizer/index.ts'
import { withoutFrozen } from './frozen-messages.ts'
import { parsingInput } from './parse-input.ts'

export interface Compressed {
  /** The bytes that would be sent. */
  readonly body: Uint8Array
  readonly report: Report
}

export interface CompressInputOptions {
  readonly settings: Omit<CompressionSettings, 'mode' | 'isHeldOut'>
  readonly vocabularies: Vocabularies
  /** The request's dialect; undefined: detected from its shape. */
  readonly dialect: string | undefined
  /** Counts as for this model; otherwise the one that the request names. */
  readonly model: string | undefined
  /** Results of earlier requests; the output is the same without it. */
  readonly cache?: BlockCache
}

/** As `compressingInput`, in one go. */
export function compressInput(input: Uint8Array, options: CompressInputOptions): Compressed {
  return atOnce(compressingInput(input, options))
}

/**
 * Compresses in any mode, also Disabled and Audit.
 * @throws M2MError BODY_NOT_JSON, DIALECT_UNKNOWN
 */
export function* compressingInput(input: Uint8Array, options: CompressInputOptions): Steps<Compressed> {
  const read = withoutFrozen(yield* parsingInput(input, options.dialect))
  const model = options.model ?? read.facts.model
  const counter = resolveCounter(model, read.dialect.provider, options.vocabularies)
  const settings: CompressionSettings = { ...options.settings, mode: 'Enforce', isHeldOut: false }
  const { body, report } = yield* compressing(read, settings, counter, { cache: options.cache })
  return { body, report: { ...report, model } }
}

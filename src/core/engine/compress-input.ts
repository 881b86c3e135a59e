/** Compression that someone asked for by hand: `m2m compress` and `/v1/compress`. */

import {
  type BlockCache,
  type CompressionSettings,
  compressRequest,
  type Report,
  reportJson,
} from '../compress/index.ts'
import { resolveCounter, type Vocabularies } from '../tokenizer/index.ts'
import { understand } from './understand.ts'

export interface Compressed {
  /** Byte for byte as it would be sent. */
  readonly body: Uint8Array
  readonly report: Report
}

export interface CompressInputOptions {
  readonly settings: Omit<CompressionSettings, 'mode' | 'isHeldOut'>
  readonly vocabularies: Vocabularies
  /** Whose request it is; otherwise told by its shape. */
  readonly dialect: string | undefined
  /** Counts as for this model; otherwise the one that the request names. */
  readonly model: string | undefined
  /** What earlier requests left to look up; the result is the same without it. */
  readonly cache?: BlockCache
}

/**
 * Whoever asks for it gets it, whatever mode the settings are in.
 * @throws M2MError BODY_NOT_JSON, DIALECT_UNKNOWN
 */
export function compressInput(input: Uint8Array, options: CompressInputOptions): Compressed {
  const read = understand(input, options.dialect)
  const model = options.model ?? read.facts.model
  const counter = resolveCounter(model, read.dialect.provider, options.vocabularies)
  const settings: CompressionSettings = { ...options.settings, mode: 'Enforce', isHeldOut: false }
  const { body, report } = compressRequest(read, settings, counter, options.cache)
  return { body, report: { ...report, model } }
}

/** @returns JSON: `request`, the very bytes, and the report where there is one */
export function toJson(request: Uint8Array, report?: Report): Buffer {
  const rest = report === undefined ? '}' : `,"report":${JSON.stringify(reportJson(report))}}`
  return Buffer.concat([Buffer.from('{"request":'), request, Buffer.from(rest)])
}

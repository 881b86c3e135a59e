/** Another compressor, run on the same requests as M2M. */

import type { CompressionSettings } from '../../core/compress/index.ts'
import type { Vocabularies } from '../../core/tokenizer/index.ts'
import type { Contender } from '../contender.ts'

export interface Peer {
  /** Its package, and what of it. */
  readonly name: string
  /** @param settings which blocks count as tool output */
  create(settings: CompressionSettings, vocabularies: Vocabularies): Contender
}

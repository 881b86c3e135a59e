/** Another compressor, which runs on the same requests as M2M. */

import type { CompressionSettings } from '../../core/compress/index.ts'
import type { Vocabularies } from '../../core/tokenizer/index.ts'
import type { Contender } from '../contender.ts'

export interface Peer {
  /** The package, and its setting. */
  readonly name: string
  /** @param settings select the blocks that count as tool output */
  create(settings: CompressionSettings, vocabularies: Vocabularies): Contender
}

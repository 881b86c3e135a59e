/** The services of the compress stage, for tests that call it without a sidecar. */

import { pino } from 'pino'
import { createFailedHeals, PinStore } from '../../sidecar/pins/index.ts'
import { createReplyMemory } from '../../sidecar/reply/reply-memory.ts'
import type { CompressDeps } from '../../sidecar/request/compress.ts'
import { BlockCache } from '../../src/core/compress/index.ts'
import { vocabularies } from './counters.ts'

export function compressDeps(): CompressDeps {
  return {
    vocabularies,
    blockCache: new BlockCache(0),
    replyMemory: createReplyMemory(),
    pinStore: new PinStore(undefined, pino({ level: 'silent' })),
    failedHeals: createFailedHeals(),
  }
}

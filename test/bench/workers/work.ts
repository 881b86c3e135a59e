/** The work on one request, as the sidecar does it: what a worker thread would take over. */

import { BlockCache, type CompressionSettings, compressRequest } from '../../../src/core/compress/index.ts'
import { dialectByName, readBody } from '../../../src/core/dialect/index.ts'
import { createVocabularies, resolveCounter } from '../../../src/core/tokenizer/index.ts'
import { readTokenTable } from '../../../src/tables/index.ts'

const SETTINGS: CompressionSettings = {
  mode: 'Enforce',
  isHeldOut: false,
  profile: 'Balanced',
  minTokens: 32,
  userText: 'Never',
  isExcludedTool: () => false,
}

const CACHE_BYTES = 32 * 1024 * 1024

/** Every worker has a cache of its own: a session's next turn may find another one, and nothing to look up. */
export function createWork(): (body: Uint8Array) => Uint8Array {
  const vocabularies = createVocabularies(readTokenTable)
  const cache = new BlockCache(CACHE_BYTES)
  const dialect = dialectByName('openai-chat')
  return (body) => {
    const read = dialect && readBody(body, dialect)
    if (read === undefined) throw new Error('the bench made a body that is none')
    const counter = resolveCounter(read.facts.model, 'openai', vocabularies)
    return compressRequest(read, SETTINGS, counter, { cache }).body
  }
}

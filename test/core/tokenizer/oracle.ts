/** js-tiktoken as the oracle, loaded once per test file. Its time is quadratic in a piece's length: use short texts. */

import { Tiktoken } from 'js-tiktoken/lite'
import cl100k from 'js-tiktoken/ranks/cl100k_base'
import o200k from 'js-tiktoken/ranks/o200k_base'
import { createVocabularies, type VocabularyName } from '../../../src/core/tokenizer/index.ts'
import { readTokenTable } from '../../../src/tables/index.ts'

const oracles = { o200k_base: new Tiktoken(o200k), cl100k_base: new Tiktoken(cl100k) }

export const vocabularies = createVocabularies(readTokenTable)

export const VOCABULARIES: readonly VocabularyName[] = ['o200k_base', 'cl100k_base']

/** The counts of both engines. The oracle is wrong for U+0085 and U+FEFF. */
export function counts(name: VocabularyName, text: string): { ours: number; oracle: number } {
  return { ours: vocabularies.get(name).count(text), oracle: oracles[name].encode(text, [], []).length }
}

/** The vocabularies of a program, each loaded on first use. */

import type { VocabularyName } from '../model/index.ts'
import { createTokenizer, TOKENIZER_BYTES } from './bpe.ts'
import { type CharacterClasses, readCharacterClasses } from './character-class.ts'
import type { TableName } from './table-format.ts'
import type { Tokenizer, Vocabularies } from './tokenizer.ts'

/**
 * @param readTable returns the bytes made by `ranksTable` or `characterClassesTable`, which are used in place
 * @example
 * const vocabularies = createVocabularies(readTokenTable)
 * vocabularies.get('o200k_base').count('hello world') // 2
 */
export function createVocabularies(readTable: (name: TableName) => Uint8Array): Vocabularies {
  const loaded = new Map<VocabularyName, Tokenizer>()
  let classes: CharacterClasses | undefined

  const load = (name: VocabularyName): Tokenizer => {
    classes ??= readCharacterClasses(readTable('unicode-classes'))
    const tokenizer = createTokenizer(name, readTable(name), classes)
    loaded.set(name, tokenizer)
    return tokenizer
  }
  return {
    get: (name) => loaded.get(name) ?? load(name),
    get bytes() {
      return loaded.size * TOKENIZER_BYTES
    },
  }
}

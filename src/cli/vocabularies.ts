/** The vocabularies that the commands count in; each is read from dist when a text is first counted in it. */

import { createVocabularies } from '../core/tokenizer/index.ts'
import { readTokenTable } from '../tables/index.ts'

export const vocabularies = createVocabularies(readTokenTable)

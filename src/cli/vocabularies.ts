/** The vocabularies of the commands; each is read from dist at its first use. */

import { createVocabularies } from '../core/tokenizer/index.ts'
import { readTokenTable } from '../tables/index.ts'

export const vocabularies = createVocabularies(readTokenTable)

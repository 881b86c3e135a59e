export type { Accuracy, VocabularyName } from '../model/index.ts'
export { characterClassesTable } from './character-class.ts'
export { ranksTable } from './ranks.ts'
export { resolveCounter } from './resolve.ts'
export type { TableName } from './table-format.ts'
export {
  type Counted,
  type CountedAs,
  countingAs,
  countingBy,
  LONG_TEXT,
  type TokenCounter,
  type Tokenizer,
  type Vocabularies,
  worse,
} from './tokenizer.ts'
export { createVocabularies } from './vocabularies.ts'

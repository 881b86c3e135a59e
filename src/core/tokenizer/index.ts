export type { Accuracy, TokenCounter, Tokenizer, Vocabularies, VocabularyName } from './tokenizer.ts'

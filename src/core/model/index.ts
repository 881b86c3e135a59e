export type { Accuracy, Billing, CacheRules, ModelCard, Prices, VocabularyName } from './card.ts'
export { fallbackBilling } from './families.ts'
export { listModels, resolveModel } from './resolve.ts'

export type { Accuracy, Billing, CacheRules, ModelCard, Prices, VocabularyName } from './card.ts'
export { fallbackBilling, listModels, resolveModel } from './resolve.ts'

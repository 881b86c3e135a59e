export type { Accuracy, Billing, ModelCard, VocabularyName } from './card.ts'
export { fallbackBilling } from './families.ts'
export { listModels, resolveModel } from './resolve.ts'

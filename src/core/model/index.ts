export type { Accuracy, Billing, CacheRules, Calibration, ModelCard, Prices, VocabularyName } from './card.ts'
export { isMaker, type Server } from './makers.ts'
export { type PriceTable, readPriceTable } from './overlay/price-table.ts'
export { fallbackBilling, listModels, resolveModel } from './resolve.ts'

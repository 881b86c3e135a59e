export type {
  Accuracy,
  Billing,
  CacheRules,
  Calibration,
  Factors,
  ModelCard,
  OffPeak,
  Prices,
  VocabularyName,
} from './card.ts'
export { inForce } from './card.ts'
export { hasListPrices, isMaker, placeOf, type Server } from './makers.ts'
export { type PriceTable, readPriceTable } from './overlay/price-table.ts'
export { fallbackBilling, listModels, resolveModel } from './resolve.ts'

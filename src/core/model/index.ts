export type {
  Accuracy,
  Band,
  Billing,
  CacheRules,
  Calibration,
  Factors,
  ModelCard,
  OffPeak,
  Prices,
  VocabularyName,
} from './card.ts'
export { inForce, type Offer } from './card.ts'
export { isMaker, offerOf, placeOf, type Server } from './makers.ts'
export { type PriceChange, type PriceChanges, priceChanges } from './overlay/changes.ts'
export type { Figures } from './overlay/figures.ts'
export { type PriceOverlay, readOverlay, writeOverlay } from './overlay/overlay.ts'
export { type PriceTable, readPriceTable } from './overlay/price-table.ts'
export { fallbackBilling, listModels, resolveModel, usePriceOverlay } from './resolve.ts'

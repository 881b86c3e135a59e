export { callCost } from './call-cost.ts'
export { type Rates, ratesOf } from './rates.ts'
export { type CallTerms, type Tariff, type Term, tariffOf } from './tariff.ts'
export { type Worth, weighSavings } from './weigh-savings.ts'

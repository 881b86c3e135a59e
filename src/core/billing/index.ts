export { callCost } from './call-cost.ts'
export { pricesOf } from './prices.ts'
export { type Worth, weighSavings } from './weigh-savings.ts'

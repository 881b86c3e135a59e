export { pricesOf } from './prices.ts'
export { type Worth, weighSavings } from './weigh-savings.ts'

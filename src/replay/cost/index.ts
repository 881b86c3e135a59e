/** What sessions cost under the prompt caches of their providers, simulated. */

export type { CompressedTurn } from './compression.ts'
export { compressionCosts, type KeeperCosts, keeperCosts, oneShotCosts } from './cost.ts'

/** What sessions cost under the prompt caches of their providers, simulated. */

export type { CompressedTurn } from './compressed-turn.ts'
export { compressionCosts, type KeeperCosts, keeperCosts, oneShotCosts } from './cost.ts'

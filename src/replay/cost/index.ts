/** What sessions cost under the prompt caches of their providers, simulated. */

export type { CompressedTurn } from './compressed-turn.ts'
export type { CompressionCosts } from './compression.ts'
export { compressionCosts, type KeeperCosts, keeperCosts, oneShotCosts } from './cost.ts'
export type { Costs } from './simulation.ts'

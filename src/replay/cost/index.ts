/** What sessions cost under the prompt caches of their providers, simulated. */

export type { CompressedTurn, CompressionCosts } from './compression.ts'
export { type CostResult, costOfOneShots, costOfSessions, type KeeperCosts } from './cost.ts'

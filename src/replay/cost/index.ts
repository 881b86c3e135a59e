/** Simulated costs of sessions under the prompt caches of providers. */

export type { CompressedTurn } from './compressed-turn.ts'
export type { CompressionCosts } from './compression.ts'
export { compressionCosts, type MarkedCosts, markedCosts, oneShotCosts } from './cost.ts'
export type { Costs } from './simulation.ts'

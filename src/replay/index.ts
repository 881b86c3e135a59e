/** Recorded sessions through the engine: what is saved, and that nothing else changes. */

export { countFailedDecodes } from './check.ts'
export { listSets } from './corpus.ts'
export { createFormula } from './formula.ts'
export { replayCorpus } from './replay.ts'
export { isSound, type ReplayResult, type SetResult } from './result.ts'

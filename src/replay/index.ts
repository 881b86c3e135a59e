/** Recorded sessions through the engine: what is saved, and that nothing else changes. */

export { countFailedDecodes } from './check.ts'
export { type CorpusSet, listSets } from './corpus.ts'
export { createFormula } from './formula.ts'
export { type ReplayOptions, replayCorpus } from './replay.ts'
export { isSound, type ReplayResult, type SetResult, type SkippedRows } from './result.ts'

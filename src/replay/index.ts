/** Recorded sessions through the engine: what is saved, and that nothing else changes. */

export { type CorpusSet, listSets } from './corpus.ts'
export { type ReplayOptions, replayCorpus } from './replay.ts'
export { isSound, type ReplayResult, type SetResult, type SkippedRows } from './result.ts'

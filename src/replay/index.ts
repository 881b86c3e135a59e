/** Replays recorded sessions through the engine: measures the savings, and checks that the meaning does not change. */

export { countFailedDecodes } from './check/check.ts'
export { type CorpusSet, listSets, readRows } from './corpus/corpus.ts'
export { recordingOf } from './corpus/requests.ts'
export { loadPeers } from './peers/index.ts'
export { type ReplayOptions, replayCorpus } from './replay.ts'
export {
  type CacheCost,
  type CompressionCost,
  type Figures,
  isSound,
  type PeerResult,
  type ReplayResult,
  type SetResult,
} from './result.ts'

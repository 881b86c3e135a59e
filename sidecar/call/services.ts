/** What all calls share: made once by start.ts, handed to every stage that needs some of it. */

import type { Logger } from 'pino'
import type { Observed, Trust } from '../../src/core/cache/index.ts'
import type { BlockCache } from '../../src/core/compress/index.ts'
import type { Vocabularies } from '../../src/core/tokenizer/index.ts'
import type { PolicyStore } from '../policy/index.ts'
import type { Doctor } from '../prefix-breaks/index.ts'
import type { Relay } from '../reply/relay.ts'
import type { Turns } from '../request/large-bodies.ts'
import type { Statistics, Telemetry } from '../telemetry/index.ts'
import type { Pools } from '../upstream/index.ts'

export interface House {
  readonly policies: Pick<PolicyStore, 'current'>
  readonly pools: Pools
  readonly telemetry: Telemetry
  readonly statistics: Statistics
  readonly vocabularies: Vocabularies
  /** What came of the texts of earlier calls; in memory only. */
  readonly blockCache: BlockCache
  /** What the cache keeper has seen. */
  readonly observed: Observed
  /** Which hosts take the cache keeper's marks. */
  readonly trust: Trust
  /** Finds prompt-cache prefixes that sessions break. */
  readonly doctor: Doctor
  /** Of the event loop, for work that takes long. */
  readonly turns: Turns
  readonly log: Logger
  /** Calls under way, so that a drain can wait for them and end the last ones. */
  readonly live: Set<Relay>
  /** No new call is taken any more. */
  isDraining: boolean
}

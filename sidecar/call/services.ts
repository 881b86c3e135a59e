/** The services that calls share, stage by stage: start.ts makes them once, the pipeline hands each stage its own. */

import type { CompiledPolicy } from '../../src/core/policy/index.ts'
import type { Wait } from '../course.ts'
import type { AskUsageDeps } from '../request/ask-usage.ts'
import type { CompressDeps } from '../request/compress.ts'
import type { HeldBytes } from '../request/held-bytes.ts'
import type { MarkDeps } from '../request/mark-cache.ts'
import type { OwnKeys } from '../request/own-keys.ts'
import type { Telemetry } from '../telemetry/index.ts'
import type { Pools } from '../upstream/index.ts'
import type { CheckPrefixDeps } from './check-prefix.ts'
import type { Gates } from './gate.ts'
import type { LiveCalls } from './live-calls.ts'
import type { MeasureDeps } from './measure.ts'
import type { RememberReplyDeps } from './remember-reply.ts'
import type { WarnOfMismatchDeps } from './warn-of-mismatch.ts'

export interface Services
  extends CompressDeps,
    MarkDeps,
    AskUsageDeps,
    RememberReplyDeps,
    WarnOfMismatchDeps,
    CheckPrefixDeps,
    MeasureDeps {
  readonly policies: { readonly current: CompiledPolicy }
  readonly telemetry: Telemetry
  /** A turn of the event loop for each large body. */
  readonly bodyQueue: Wait
  readonly gates: Gates
  readonly heldBytes: HeldBytes
  readonly pools: Pools
  readonly ownKeys: OwnKeys
  /** A drain waits for them and ends the last ones. */
  readonly live: LiveCalls
  /** After so long a silence a stream of events gets a ping; 0 for never. */
  readonly keepAlivePingMs: number
  /** No new call is accepted. */
  isDraining: boolean
}

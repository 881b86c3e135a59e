/**
 * What a request leaves for the next one of its conversation, which begins with the same bytes: the tokens of its texts
 * and what became of its blocks. It holds no content but the forms, which the cache holds anyway.
 */

import type { BilledSpan, Block } from '../../dialect/index.ts'
import type { BlockResult } from '../block/compress-block.ts'
import type { LinePrint } from '../earlier/line-print.ts'
import type { Reach } from '../earlier/reachable-blocks.ts'
import type { Choice } from '../request/request-forms.ts'

/** Bytes from the end of the segment before. */
export interface Segment {
  readonly end: number
  /** Billed spans up to its end. */
  readonly spans: number
  /** SHA-256. */
  readonly hash: string
}

/** What became of a block, and what that followed from. */
export interface SentBlock {
  readonly block: Block
  /** A hash of its literal; undefined where nobody asked for one. */
  readonly digest: string | undefined
  readonly choice: Choice
  /** The formats of the result, where it has some that can be remembered. */
  readonly formats: readonly number[] | undefined
  /** What the policy made of it; undefined where it was not asked. */
  readonly made: BlockResult | undefined
  readonly result: BlockResult | undefined
  /** The name by which later blocks may refer to it. */
  readonly name: string | undefined
  /** Identifies the blocks before it, and those with it. */
  readonly before: string
  readonly after: string
  /** Made on the first question for its lines. */
  print: LinePrint | undefined
  /** What stands in its place, where that is another text. */
  bytes: Uint8Array | undefined
}

export interface Turn {
  /** Of the counter (`BlockCache.idOf`). */
  readonly counter: number
  readonly profile: string
  readonly reach: Reach | undefined
  readonly billed: readonly BilledSpan[]
  /** By billed span; NaN for an estimate. */
  readonly tokens: Float64Array
  readonly blocks: readonly SentBlock[]
  readonly segments: readonly Segment[]
}

/** The result of one request's compression, for telemetry and programs; report-json.ts has its JSON form. */

import type { DialectName } from '../dialect/index.ts'
import type { Accuracy } from '../tokenizer/index.ts'

export type Outcome = 'compressed' | 'passthrough' | 'audit' | 'holdout' | 'failopen' | 'blocked'

export interface TechniqueReport {
  blocks: number
  savedTokens: number
}

/** A block that changed: where it stands in the request, and the techniques in the order they were applied. */
export interface Change {
  readonly path: string
  readonly techniques: readonly string[]
}

export interface ChangeReport extends Change {
  /** Of the original request, in the order in which its provider reads it: those before the block, and the block's own. */
  readonly tokens: { readonly before: number; readonly original: number; readonly saved: number }
}

/** With outcome `audit`, `sent`, `saved` and `changes` say what would have been. */
export interface Report {
  readonly dialect: DialectName | undefined
  readonly model: string | undefined
  readonly profile: string
  readonly outcome: Outcome
  /** Absent when nothing could be counted; unknown is not zero. */
  readonly tokens:
    | { readonly original: number; readonly sent: number; readonly saved: number; readonly accuracy: Accuracy }
    | undefined
  readonly bytes: { readonly original: number; readonly sent: number }
  /** seen: eligible and large enough; refused: a candidate existed but the gate or the verification said no. */
  readonly blocks: {
    readonly seen: number
    readonly changed: number
    readonly refused: number
    readonly failopen: number
  }
  readonly techniques: Readonly<Record<string, TechniqueReport>>
  readonly changes: readonly ChangeReport[]
  readonly ms: number
}

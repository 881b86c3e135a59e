/** The result of one request's compression, for telemetry and programs; report-json.ts has its JSON form. */

import type { Accuracy } from '../tokenizer/index.ts'

export type Outcome = 'compressed' | 'passthrough' | 'audit' | 'holdout' | 'failopen' | 'blocked'

export interface TechniqueReport {
  blocks: number
  savedTokens: number
}

/** A changed block: its path in the request, and the techniques in the order in which they were applied. */
export interface Change {
  readonly path: string
  readonly techniques: readonly string[]
}

export interface ChangeReport extends Change {
  /** Tokens of the original request, in the order in which its provider reads it: before the block, and in the block. */
  readonly tokens: { readonly before: number; readonly original: number; readonly saved: number }
}

/** With outcome `audit`, `sent`, `saved` and `changes` describe the compression that was not applied. */
export interface Report {
  readonly dialect: string | undefined
  readonly model: string | undefined
  readonly profile: string
  readonly outcome: Outcome
  /** Absent when nothing could be counted; unknown is not zero. */
  readonly tokens:
    | { readonly original: number; readonly sent: number; readonly saved: number; readonly accuracy: Accuracy }
    | undefined
  readonly bytes: { readonly original: number; readonly sent: number }
  /** seen: eligible and large enough; refused: the gate or the verification refused every candidate. */
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

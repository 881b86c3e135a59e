/** The figures of a reading test. */

import type { LeftOut } from '../plan.ts'
import type { Task } from '../questions/question.ts'
import type { Paired } from './paired.ts'

/** What the questions of a row have in common. */
export type Group = 'all' | 'technique' | 'kind' | 'task'

export interface ResultRow extends Paired {
  /** A profile or a yardstick. */
  readonly contender: string
  readonly group: Group
  /** Techniques as they stack, a kind of text, a task; empty for all. */
  readonly name: string
  readonly blocks: number
  /** Of the blocks, by our count. */
  readonly tokens_before: number
  readonly tokens_after: number
}

/** One tool output: enough to draw other tables, and no text of it. */
export interface BlockResult {
  readonly name: string
  readonly kind: string
  readonly tokens: number
  readonly tasks: readonly Task[]
  /** 1 right, 0 wrong, null not answered. */
  readonly original: readonly (0 | 1 | null)[]
  readonly forms: Readonly<Record<string, FormResult>>
}

export interface FormResult {
  readonly techniques: readonly string[]
  readonly tokens: number
  readonly right: readonly (0 | 1 | null)[]
}

export interface EvalResult {
  readonly dialect: string
  readonly model: string
  readonly seed: number
  /** Why the run ended early; absent when all was asked. */
  readonly failure?: string
  /** Calls of this run, and answers that the state file had. */
  readonly calls: number
  readonly answered: number
  readonly left_out: LeftOut
  /** By the endpoint's reason. */
  readonly refused: Readonly<Record<string, number>>
  readonly rows: readonly ResultRow[]
  readonly blocks: readonly BlockResult[]
  /** Questions that a form lost; with content, so only when asked for. */
  readonly lost?: readonly Lost[]
}

export interface Lost {
  readonly contender: string
  readonly block: string
  readonly question: string
  readonly answer: string
  readonly given: string
}

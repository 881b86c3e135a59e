/** A question about a tool output, with the answer that is known from the original. */

/** What an agent does with a tool result. */
export const TASKS = [
  'value',
  'which',
  'record',
  'count',
  'extreme',
  'next',
  'line',
  'before',
  'after',
  'exact',
  'time',
  'section',
] as const

export type Task = (typeof TASKS)[number]

export interface Question {
  readonly task: Task
  /** The question and how to answer it. */
  readonly text: string
  /** The parts of the right answer, in order; one for most tasks. */
  readonly answer: readonly string[]
  /** Strings that only a wrong answer has. */
  readonly wrong?: readonly string[]
}

/** Source of the choices of a block: the same seed and block give the same questions. */
export interface Dice {
  /** A whole number from 0 to `below` - 1. */
  roll(below: number): number
  /** Undefined for an empty list. */
  pick<T>(items: readonly T[]): T | undefined
  shuffled<T>(items: readonly T[]): T[]
}

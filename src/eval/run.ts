/** Asks what the plan says: all questions of a reading in a row, and each answer kept as soon as it is there. */

import { type Answer, CallFailure, type Endpoint } from './endpoint/index.ts'
import { type Item, type Plan, readingsOf } from './plan.ts'
import { keyOf, maxTokensOf, promptOf } from './prompt.ts'
import { isRight } from './questions/grade.ts'
import type { Question } from './questions/question.ts'
import type { Reading } from './samples/sample.ts'
import type { State } from './state.ts'

export interface RunOptions {
  readonly url: string
  readonly model: string
  /** Tokens that the model may think before it answers. */
  readonly thinking: number
  readonly signal: AbortSignal
  readonly onCall?: (made: number) => void
}

export interface Run {
  readonly outcomes: readonly Outcome[]
  /** Calls that were answered in this run. */
  readonly calls: number
  /** Questions that the endpoint refused, by reason. */
  readonly refused: ReadonlyMap<string, number>
  /** Why the run ended before its end. */
  readonly failure?: string
}

/** One question about the original and about each form, each right or not; absent where it was not answered. */
export interface Outcome {
  readonly item: Item
  readonly question: Question
  readonly original: Graded | undefined
  readonly forms: ReadonlyMap<string, Graded | undefined>
}

export interface Graded {
  readonly isRight: boolean
  readonly given: string
}

export async function runPlan(plan: Plan, endpoint: Endpoint, state: State, options: RunOptions): Promise<Run> {
  const refused = new Map<string, number>()
  let calls = 0
  let failure: string | undefined
  const ask = async (reading: Reading, question: Question): Promise<void> => {
    const prompt = promptOf(reading, question)
    const key = keyOf(prompt, options)
    if (state.get(key) !== undefined) return
    const answer = await answerOrReason(endpoint.ask(prompt, maxTokensOf(question) + options.thinking))
    if (typeof answer === 'string') refused.set(answer, (refused.get(answer) ?? 0) + 1)
    else state.add(key, answer)
    if (refused.size > 0 && calls === 0 && sum(refused) >= MAX_FIRST_REFUSALS) throw onlyRefusals(refused)
    if (typeof answer !== 'string') options.onCall?.(++calls)
  }
  try {
    for (const item of plan.items) {
      for (const reading of readingsOf(item.sample)) {
        for (const question of item.questions) await ask(reading, question)
      }
    }
  } catch (error) {
    failure = reasonOf(error, options.signal)
  }
  return {
    outcomes: plan.items.flatMap((item) => outcomesOf(item, state, options)),
    calls,
    refused,
    ...(failure !== undefined && { failure }),
  }
}

/** When nothing else was said, the questions are not at fault. */
const MAX_FIRST_REFUSALS = 3

/** The reason in words where only this question failed. */
async function answerOrReason(answer: Promise<Answer>): Promise<Answer | string> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof CallFailure && error.kind === 'block') return error.message
    throw error
  }
}

function onlyRefusals(refused: ReadonlyMap<string, number>): CallFailure {
  return new CallFailure([...refused.keys()].join('; '), 'fatal')
}

function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'interrupted'
  if (error instanceof CallFailure) return error.message
  throw error
}

function outcomesOf(item: Item, state: State, options: RunOptions): Outcome[] {
  const { original, forms } = item.sample
  return item.questions.map((question) => {
    const graded = (reading: Reading): Graded | undefined => {
      const answer = state.get(keyOf(promptOf(reading, question), options))
      return answer && { isRight: isRight(question, answer.text), given: answer.text }
    }
    const byForm = Array.from(forms, ([name, form]) => [name, graded(form)] as const)
    return { item, question, original: graded(original), forms: new Map(byForm) }
  })
}

function sum(counts: ReadonlyMap<string, number>): number {
  return Array.from(counts.values()).reduce((total, count) => total + count, 0)
}

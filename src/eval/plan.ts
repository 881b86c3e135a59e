/** Decides what is asked, and in which order, before the first call. */

import type { Tokenizer } from '../core/tokenizer/index.ts'
import { blockOf, keyOf, maxTokensOf, promptOf } from './prompt.ts'
import { createDice } from './questions/dice.ts'
import type { Question } from './questions/question.ts'
import { questionsOf } from './questions/questions-of.ts'
import type { Reading, Sample } from './samples/sample.ts'
import type { State } from './state.ts'

export interface PlanOptions {
  readonly url: string
  readonly model: string
  /** Questions for each tool output. */
  readonly questions: number
  readonly seed: number
  readonly maxCalls: number
  /** Tokens that the model may think before it answers. */
  readonly thinking: number
  /** Also asks about outputs that no profile changes. */
  readonly withUnchanged: boolean
  readonly tokenizer: Pick<Tokenizer, 'count'>
}

/** One tool output with its questions. */
export interface Item {
  readonly sample: Sample
  readonly questions: readonly Question[]
}

export interface Plan {
  readonly items: readonly Item[]
  /** New ones, and those whose answers the state file has. */
  readonly calls: number
  readonly answered: number
  /** Input tokens of the new calls, estimated. */
  readonly tokens: number
  /** The longest prompt, in tokens. */
  readonly longest: number
  readonly left: LeftOut
}

/** Tool outputs that are not asked about. */
export interface LeftOut {
  /** No profile changes them. */
  readonly unchanged: number
  /** Nothing in them has an answer that is certain. */
  readonly withoutQuestions: number
  /** Beyond `--max-calls`. */
  readonly beyondCalls: number
}

export function planOf(samples: readonly Sample[], state: State, options: PlanOptions): Plan {
  const distinct = [...new Map(samples.map((sample) => [sample.original.text, sample])).values()]
  const changed = options.withUnchanged ? distinct : distinct.filter(isChanged)
  const all = changed.map((sample) => ({
    sample,
    questions: questionsOf(sample.original.text, options.questions, options.seed),
  }))
  const askable = all.filter(({ questions }) => questions.length > 0)
  // At random, so that the outputs within --max-calls stand for all of them.
  const shuffled = createDice(`order ${options.seed}`).shuffled(askable)
  const { items, ...costs } = within(shuffled, state, options)
  return {
    items,
    ...costs,
    left: {
      unchanged: distinct.length - changed.length,
      withoutQuestions: all.length - askable.length,
      beyondCalls: askable.length - items.length,
    },
  }
}

/** The readings of a sample: the original, then each form that differs from those before it. */
export function readingsOf({ original, forms }: Sample): readonly Reading[] {
  return [...new Map([original, ...forms.values()].map((reading) => [blockOf(reading), reading])).values()]
}

function isChanged({ original, forms }: Sample): boolean {
  return Array.from(forms.values()).some(({ text, techniques }) => techniques.length > 0 && text !== original.text)
}

type Costs = Omit<Plan, 'left' | 'items'>

function within(items: readonly Item[], state: State, options: PlanOptions): Costs & Pick<Plan, 'items'> {
  const taken: Item[] = []
  let sum: Costs = { calls: 0, answered: 0, tokens: 0, longest: 0 }
  for (const item of items) {
    const { calls, answered, tokens, longest } = costOf(item, state, options)
    if (sum.calls + calls > options.maxCalls) continue
    taken.push(item)
    sum = {
      calls: sum.calls + calls,
      answered: sum.answered + answered,
      tokens: sum.tokens + tokens,
      longest: Math.max(sum.longest, longest),
    }
  }
  return { items: taken, ...sum }
}

/** What an API adds to a prompt: roles and separators. */
const TOKENS_AROUND = 12

function costOf({ sample, questions }: Item, state: State, options: PlanOptions): Costs {
  let [calls, answered, tokens, longest] = [0, 0, 0, 0]
  for (const reading of readingsOf(sample)) {
    const blockTokens = options.tokenizer.count(blockOf(reading))
    for (const question of questions) {
      const prompt = promptOf(reading, question)
      const size = blockTokens + options.tokenizer.count(prompt.question) + TOKENS_AROUND
      longest = Math.max(longest, size + maxTokensOf(question) + options.thinking)
      if (state.get(keyOf(prompt, options)) !== undefined) answered++
      else {
        calls++
        tokens += size
      }
    }
  }
  return { calls, answered, tokens, longest }
}

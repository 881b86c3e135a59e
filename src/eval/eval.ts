/** The reading test: plans, asks, and adds up. */

import { resolveCounter } from '../core/tokenizer/index.ts'
import { createEndpoint, type EvalDialect } from './endpoint/index.ts'
import { type Plan, planOf } from './plan.ts'
import { blocksOf, lostOf } from './result/blocks.ts'
import type { EvalResult } from './result/result.ts'
import { rowsOf } from './result/tally.ts'
import { type Run, runPlan } from './run.ts'
import type { Source } from './samples/requests.ts'
import type { Sample } from './samples/sample.ts'
import { type SampleOptions, samplesOf } from './samples/samples-of.ts'
import { openState } from './state.ts'
import type { Yardstick } from './yardsticks/index.ts'

export interface EvalOptions extends SampleOptions {
  readonly sources: Iterable<Source>
  readonly yardsticks: readonly Yardstick[]
  readonly dialect: EvalDialect
  /** Base URL of the endpoint. */
  readonly endpoint: string
  readonly key: string | undefined
  readonly questions: number
  readonly seed: number
  readonly maxCalls: number
  /** Tokens that the model may think before it answers. */
  readonly thinking: number
  readonly withUnchanged: boolean
  /** Adds the lost questions, with content. */
  readonly withLost: boolean
  /** Keeps the answers. */
  readonly stateFile: string | undefined
  /** Waits between the tries of a call, in milliseconds. */
  readonly backoffMs?: readonly number[]
  readonly signal: AbortSignal
  readonly events: EvalEvents
}

export interface EvalEvents {
  /** Called before the first call. */
  onPlan(plan: Plan): void
  onCall(made: number, planned: number): void
  onWait(seconds: number, reason: string): void
}

/**
 * Never throws for an endpoint that fails: the result says so, with all that was measured until then.
 * @throws M2MError when the state file cannot be used
 */
export async function evaluate(options: EvalOptions): Promise<EvalResult> {
  const { dialect, model, seed, thinking, signal, events } = options
  const { content } = resolveCounter(model, undefined, options.vocabularies)
  const count = (text: string): number => Math.round(content(text))
  const url = dialect.url(options.endpoint)
  const state = openState(options.stateFile)
  const plan = planOf(allSamples(options), state, { ...options, url, tokenizer: { count } })
  events.onPlan(plan)
  const endpoint = createEndpoint({
    ...options,
    url,
    contextTokens: contextFor(plan.longest),
    onWait: events.onWait,
  })
  try {
    const onCall = (made: number): void => events.onCall(made, plan.calls)
    const run = await runPlan(plan, endpoint, state, { url, model, thinking, signal, onCall })
    return { dialect: dialect.name, model, seed, ...figuresOf(plan, run, { ...options, count }) }
  } finally {
    await endpoint.close()
  }
}

function allSamples({ sources, yardsticks, ...options }: EvalOptions): Sample[] {
  return Array.from(sources).flatMap((source) =>
    samplesOf(source, options).map((sample) => withYardsticks(sample, yardsticks)),
  )
}

function withYardsticks(sample: Sample, yardsticks: readonly Yardstick[]): Sample {
  const { text, earlier } = sample.original
  const forms = new Map(sample.forms)
  for (const { name, write } of yardsticks) {
    const written = write(text)
    if (written !== undefined) forms.set(name, { text: written, earlier, techniques: [] })
  }
  return { ...sample, forms }
}

/** A quarter more than our count says, as a power of two. */
function contextFor(tokens: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(2048, 1.25 * tokens)))
}

function figuresOf(
  plan: Plan,
  run: Run,
  { profiles, yardsticks, withLost, count }: EvalOptions & { count: (text: string) => number },
): Omit<EvalResult, 'dialect' | 'model' | 'seed'> {
  const contenders = [...profiles, ...yardsticks.map(({ name }) => name)]
  return {
    ...(run.failure !== undefined && { failure: run.failure }),
    calls: run.calls,
    answered: plan.answered,
    left_out: plan.left,
    refused: Object.fromEntries(run.refused),
    rows: rowsOf(run.outcomes, contenders, count),
    blocks: blocksOf(run.outcomes, count),
    ...(withLost && { lost: lostOf(run.outcomes) }),
  }
}

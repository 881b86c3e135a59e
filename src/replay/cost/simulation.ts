/** Runs sessions through cache marking and a simulated provider cache: the cost of input with and without marks. */

import { applyPlan, createHistory, planCache, recordRead } from '../../core/cache/index.ts'
import { readBody } from '../../core/dialect/index.ts'
import type { TokenCounter } from '../../core/tokenizer/index.ts'
import type { CompressedTurn } from './compressed-turn.ts'
import { bestCosts } from './hindsight.ts'
import type { RuleSet } from './rule-sets.ts'
import type { Shape } from './shapes.ts'
import type { SimReader, SimRequest } from './sim-request.ts'

/** Costs of the input in uncached input tokens, rounded. */
export interface Costs {
  /** Without marks: not cached by Anthropic, the implicit mode of OpenAI. */
  readonly unmarked: number
  readonly as_client: number
  /** With our marks, and with compression where turns were compressed. */
  readonly as_sent: number
  /** With knowledge of all requests. */
  readonly best: number
  /** The highest `as_sent` of a session, as a share of its `unmarked`. */
  readonly worst_session: number
}

export interface SimulationOptions {
  readonly rules: RuleSet
  readonly shape: Shape
  /** Shared by the simulations of a set: it counts every text once. */
  readonly reader: SimReader
}

interface SessionCosts {
  readonly unmarked: number
  readonly asSent: number
}

/** Time between requests. */
const STEP_MS = 1000

/** Takes sessions in the recorded order. The caches keep their entries from one session to the next. */
export class Simulation {
  readonly #options: SimulationOptions
  readonly #history = createHistory()
  readonly #caches: Readonly<Record<'unmarked' | 'client' | 'sent', ReturnType<RuleSet['createCache']>>>
  readonly #requests: SimRequest[] = []
  readonly #sessions: SessionCosts[] = []
  #asClient = 0

  constructor(options: SimulationOptions) {
    const { rules } = options
    this.#options = options
    this.#caches = { unmarked: rules.createCache(), client: rules.createCache(), sent: rules.createCache() }
  }

  /** @param turns of a session */
  add(turns: readonly CompressedTurn[]): void {
    const { rules, shape, reader } = this.#options
    let unmarked = 0
    let asSent = 0
    for (const { original, sent } of turns) {
      const body = rules.body(original, shape)
      const request = reader.read(body, STEP_MS * this.#requests.length)
      this.#requests.push(request)
      unmarked += this.#caches.unmarked.take(withoutMarks(request)).cost
      this.#asClient += this.#caches.client.take(request).cost
      asSent += this.#sendMarked(sent === original ? body : rules.body(sent, shape), request)
    }
    this.#sessions.push({ unmarked, asSent })
  }

  costs(): Costs {
    const best = bestCosts(this.#requests, this.#options.rules.cache)
    const worst = this.#sessions.map(({ unmarked, asSent }) => (unmarked === 0 ? 1 : asSent / unmarked))
    return {
      unmarked: Math.round(sum(this.#sessions.map(({ unmarked }) => unmarked))),
      as_client: Math.round(this.#asClient),
      as_sent: Math.round(sum(this.#sessions.map(({ asSent }) => asSent))),
      best: Math.round(sum(best)),
      worst_session: Math.round(1000 * worst.reduce((a, b) => Math.max(a, b), 0)) / 1000,
    }
  }

  /** The same as the sidecar in mode Auto, which learns from the reply. @returns the cost */
  #sendMarked(body: Uint8Array, { tokens, atMs }: SimRequest): number {
    const { rules, reader } = this.#options
    const read = readBody(body, rules.dialect)
    const plan =
      read &&
      planCache(read, {
        rules: rules.marks,
        counter: formulaCounter(reader),
        totalTokens: tokens,
        history: this.#history,
        scope: '',
        now: atMs,
      })
    const marked = read && plan ? applyPlan(plan, read, body) : body
    const bill = this.#caches.sent.take(reader.read(marked, atMs))
    if (plan?.awaited) recordRead(plan.awaited, { cacheRead: bill.read, cacheCreation: bill.written })
    return bill.cost
  }
}

/** Counts like the formula, for all models. */
function formulaCounter(reader: SimReader): Pick<TokenCounter, 'content' | 'tools'> {
  return { content: (text) => reader.count(text), tools: (json) => 0.62 * reader.count(json) }
}

function withoutMarks(request: SimRequest): SimRequest {
  const segments = request.segments.map((segment) => ({ ...segment, isMarked: false }))
  return { ...request, segments, isAutomatic: false, isExplicit: false }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

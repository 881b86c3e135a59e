/** Plays random sessions side by side against one provider, while an operator acts between their turns. */

import { APIError as AnthropicError } from '@anthropic-ai/sdk'
import type { Agent } from '../conversation.ts'
import { type Fault, failOnNewBlocks } from '../faults.ts'
import type { Operator } from '../operator.ts'
import type { Fields, StandIn } from '../server.ts'
import type { Kind } from './kinds.ts'
import { type Act, isHarmless, RESULTS, ROUNDS, type SessionScript, type TurnScript } from './scripts.ts'

/** Tells the calls of one session from those of others, at the provider. */
const SESSION_HEADER = 'x-stand-in-session'

export interface Played {
  /** Did the client change what a provider compares? Then it may be refused. */
  readonly hasEdited: boolean
  /** Requests of the client, those of its SDK's own replays among them. */
  readonly asked: number
  /** Requests that reached the provider. */
  readonly arrived: number
  /** Those of every reply. */
  readonly transformations: readonly unknown[]
}

export interface Table {
  readonly kind: Kind
  readonly provider: StandIn & { expireThreads?(): void }
  readonly operator: Operator
}

/** @throws the error of a call that failed although its client had edited nothing */
export async function play(
  { kind, provider, operator }: Table,
  sessions: readonly SessionScript[],
  acts: readonly Act[],
): Promise<Played[]> {
  const players = sessions.map((script, number) => new Player(kind, script, { number, url: operator.edge.url }))
  for (let round = 0; round < ROUNDS; round++) {
    const fault = await perform(acts[round] ?? { type: 'none' }, { provider, operator })
    try {
      await Promise.all(players.map((player) => player.turn(round, operator.edge.url)))
    } finally {
      fault?.mockRestore()
    }
  }
  return players.map(({ number, hasEdited, asked, transformations }) => {
    const arrived = provider.calls.filter(({ headers }) => headers[SESSION_HEADER] === String(number)).length
    return { hasEdited, asked, arrived, transformations }
  })
}

async function perform(act: Act, { provider, operator }: Omit<Table, 'kind'>): Promise<Fault | undefined> {
  if (act.type === 'policy') await operator.setPolicy(act.spec)
  if (act.type === 'restart') await operator.restart()
  if (act.type === 'takeOver') await operator.takeOver()
  if (act.type === 'expire') provider.expireThreads?.()
  return act.type === 'fault' ? failOnNewBlocks() : undefined
}

class Player {
  readonly number: number
  readonly transformations: unknown[] = []
  hasEdited = false
  asked = 0
  readonly #kind: Kind
  readonly #script: SessionScript
  readonly #agent: Agent

  constructor(kind: Kind, script: SessionScript, { number, url }: { number: number; url: string }) {
    this.number = number
    this.#kind = kind
    this.#script = script
    const count: typeof fetch = (...args) => {
      this.asked += 1
      return fetch(...args)
    }
    this.#agent = kind.open(script, { url, opening: `Which orders of customer ${number} are open?`, fetch: count })
  }

  async turn(round: number, url: string): Promise<void> {
    const turn = this.#script.turns[round]
    if (turn === undefined) return
    this.#agent.options.url = url
    if (turn.edit !== undefined && round > 1) this.#edit(turn.edit)
    if (round > 0) this.#answer(turn)
    try {
      await this.#ask(turn)
    } catch (error) {
      if (!(this.hasEdited && isBindingRefusal(error))) throw this.#explained(error, round)
      this.#kind.edit(this.#agent, 'drop all reasoning')
      await this.#ask(turn)
    }
  }

  #edit(edit: NonNullable<TurnScript['edit']>): void {
    this.#kind.edit(this.#agent, edit)
    this.hasEdited ||= !isHarmless(edit)
  }

  #answer({ results }: TurnScript): void {
    const texts = this.#kind.pending(this.#agent).map(({ caller }, i) => {
      const { kind, seed, isList } = results[i % results.length]!
      const isProgram = caller !== undefined && (caller as Fields)['type'] !== 'direct'
      return { text: RESULTS[isProgram ? 'orders' : kind](seed), isList: isList && !isProgram }
    })
    if (texts.length > 0) this.#agent.answer(texts)
  }

  async #ask({ calls, isStream, isBypassed, isCounted }: TurnScript): Promise<void> {
    const caller = this.#kind.program
    const plan = {
      reasoning: this.#script.reasoning,
      calls: calls.map(({ isProgram }, i) => ({
        name: i % 2 === 0 ? 'find_orders' : 'run_tests',
        ...(isProgram && { caller }),
      })),
    }
    const headers = { [SESSION_HEADER]: String(this.number), ...(isBypassed && { 'x-m2m-bypass': 'true' }) }
    if (isCounted) await this.#kind.count(this.#agent, headers)
    const reply = (await this.#agent.ask({ plan, isStream, headers })) as { input_transformations?: unknown[] }
    this.transformations.push(...(reply.input_transformations ?? []))
  }

  #explained(error: unknown, round: number): Error {
    return new Error(`session ${this.number} was disturbed in round ${round}: ${error}`, { cause: error })
  }
}

function isBindingRefusal(error: unknown): boolean {
  return error instanceof AnthropicError && /bound to a different conversation/.test(error.apiMessage ?? '')
}

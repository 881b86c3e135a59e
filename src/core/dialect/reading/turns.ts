/** The order of roles in a request. A message is judged by the messages before it, never by those after it. */

import type { JsonTape } from '../../json/index.ts'
import type { Block } from '../dialect.ts'
import type { TurnState } from './bookmark.ts'
import { memberWord } from './members.ts'

/** One element of `messages` (or of `input`, for Responses). */
export interface Turn {
  readonly node: number
  /** `messages[3]`. */
  readonly path: string
  /** Undefined for elements without one (calls and their outputs in Responses) and for malformed ones. */
  readonly role: string | undefined
  readonly isFirstUser: boolean
  /** The element right before this one has the role `assistant`. */
  readonly followsAssistant: boolean
  /** No user message comes before it. */
  readonly isOpening: boolean
}

/** Of messages, the most frequent ones first. */
export const ROLES = ['user', 'assistant', 'tool', 'system', 'developer', 'function']

/** Tells the turn of each element in order. */
export class Turns {
  readonly #tape: JsonTape
  readonly #name: string
  #index = 0
  #hasUserSpoken = false
  #before: string | undefined

  /**
   * @param name of the member with the elements
   * @param from the elements that are passed over
   */
  constructor(tape: JsonTape, name: string, from?: TurnState) {
    this.#tape = tape
    this.#name = name
    if (from === undefined) return
    this.#index = from.index
    this.#hasUserSpoken = from.hasUserSpoken
    this.#before = from.before
  }

  get state(): TurnState {
    return { index: this.#index, hasUserSpoken: this.#hasUserSpoken, before: this.#before }
  }

  /** @param node the element after the one that was asked for before; one of the wrong type has no role */
  next(node: number): Turn {
    const role = memberWord(this.#tape, node, 'role', ROLES)
    const hadUserSpoken = this.#hasUserSpoken
    const before = this.#before
    if (role === 'user') this.#hasUserSpoken = true
    this.#before = role
    const followsAssistant = before === 'assistant'
    return new NamedTurn({ node, list: this.#name, index: this.#index++, role, followsAssistant, hadUserSpoken })
  }
}

interface TurnPlace extends Pick<Turn, 'node' | 'role' | 'followsAssistant'> {
  readonly list: string
  readonly index: number
  readonly hadUserSpoken: boolean
}

/** Its path is put together where it is asked for: few turns hold a block. */
class NamedTurn implements Turn {
  readonly node: number
  readonly role: string | undefined
  readonly isFirstUser: boolean
  readonly followsAssistant: boolean
  readonly isOpening: boolean
  readonly #list: string
  readonly #index: number

  constructor({ node, list, index, role, followsAssistant, hadUserSpoken }: TurnPlace) {
    this.node = node
    this.role = role
    this.isFirstUser = role === 'user' && !hadUserSpoken
    this.followsAssistant = followsAssistant
    this.isOpening = !hadUserSpoken
    this.#list = list
    this.#index = index
  }

  get path(): string {
    return `${this.#list}[${this.#index}]`
  }
}

/** The kind of a turn's own text. Agents report tool output as user text, which a policy may allow to be compressed. */
export function observationKind(turn: Turn): Block['kind'] | undefined {
  return turn.role === 'user' && turn.followsAssistant && !turn.isFirstUser ? 'observation' : undefined
}

/** Instructions to the model, under either of its names. */
export function isSystem(turn: Turn): boolean {
  return turn.role === 'system' || turn.role === 'developer'
}

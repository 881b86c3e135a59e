/** The order of speakers in a request: who may be compressed depends on who spoke before, never on what comes after. */

import type { JsonTape } from '../../json/index.ts'
import type { Block } from '../dialect.ts'
import { elementsOf, memberText } from './members.ts'

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
  /** Stands before the first user message. */
  readonly isOpening: boolean
}

/** @param array the node of the member `name`; elements of the wrong type come without a role */
export function* turnsOf(tape: JsonTape, array: number, name: string): Generator<Turn, void> {
  let index = 0
  let hasUserSpoken = false
  let before: string | undefined
  for (const node of elementsOf(tape, array)) {
    const role = memberText(tape, node, 'role')
    yield {
      node,
      path: `${name}[${index}]`,
      role,
      isFirstUser: role === 'user' && !hasUserSpoken,
      followsAssistant: before === 'assistant',
      isOpening: !hasUserSpoken,
    }
    if (role === 'user') hasUserSpoken = true
    before = role
    index++
  }
}

/** What a turn's own text is: agents report tool output as user text, so such a message may be compressed when asked for. */
export function observationKind(turn: Turn): Block['kind'] | undefined {
  return turn.role === 'user' && turn.followsAssistant && !turn.isFirstUser ? 'observation' : undefined
}

/** Instructions to the model, under either of its names. */
export function isSystem(turn: Turn): boolean {
  return turn.role === 'system' || turn.role === 'developer'
}

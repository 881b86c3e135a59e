/** The order of roles in a request. A message is judged by the messages before it, never by those after it. */

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
  /** No user message comes before it. */
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

/** The kind of a turn's own text. Agents report tool output as user text, which a policy may allow to be compressed. */
export function observationKind(turn: Turn): Block['kind'] | undefined {
  return turn.role === 'user' && turn.followsAssistant && !turn.isFirstUser ? 'observation' : undefined
}

/** Instructions to the model, under either of its names. */
export function isSystem(turn: Turn): boolean {
  return turn.role === 'system' || turn.role === 'developer'
}

/** Thinking that is bound to the conversation before it (PC sections 1.1 to 1.4). */

import { seal, unseal } from '../seal.ts'
import { type Fields, fieldsOf } from '../server.ts'
import { refuse } from './errors.ts'
import { type Bound, isThinking, type Position, positionsIn, rawContent, sealOf, type View } from './view.ts'

/** Whose requests are refused while they do not say how a mismatch is to be treated. */
export type Enforcement = 'always' | 'newAccounts' | 'never'

/** A key that holds this belongs to an account that was made since 31 August 2026. */
export const NEW_ACCOUNT = 'new-account'

/** What happens to a block of another conversation. */
export type Behaviour = 'error' | 'drop_block' | 'allow'

export const CONTROLS_BETA = 'thinking-binding-controls-2026-08-01'

export interface Transformation {
  readonly type: 'thinking_dropped' | 'thinking_mismatch_allowed'
  readonly path: string
  readonly reason: 'prefix_binding_mismatch'
}

export interface BindingRequest {
  readonly view: View
  /** The member `thinking`. */
  readonly thinking: Fields
  readonly betas: ReadonlySet<string>
  /** For a request that does not say. */
  readonly byDefault: Behaviour
}

export interface Bindings {
  /** As the model sees it. */
  readonly view: View
  readonly transformations: readonly Transformation[]
  /** Where the reply will stand. */
  readonly end: Position
}

/** @throws Refusal when a block fails and the request or the account does not forgive it */
export function checkThinking(request: BindingRequest): Bindings {
  const { view, betas } = request
  const behaviour = behaviourOf(request)
  const { bound, end } = positionsIn(view)
  for (const each of bound) if (unseal(sealOf(each.block)) === undefined) throw refuse(`${invalid(each)}`)
  const failing = bound.filter((each) => !isInPlace(each))
  const [first] = failing
  if (first === undefined) return { view, transformations: [], end }
  if (behaviour === 'error') throw mismatch(first, betas)
  if (behaviour === 'drop_block') return dropped(view, bound.slice(bound.indexOf(first)))
  return { view, transformations: failing.map(({ path }) => entry('thinking_mismatch_allowed', path)), end }
}

/** A block of thinking for a reply that stands at `position`. */
export function thinkingAt({ prefix, previous }: Position, isRedacted: boolean): Fields {
  const sealed = seal(prefix, previous)
  return isRedacted
    ? { type: 'redacted_thinking', data: sealed }
    : { type: 'thinking', thinking: 'Let me look at the orders.', signature: sealed }
}

/** Thinking may be taken away from the start, from the end, or all of it: what is left is still a run of its own. */
function isInPlace({ block, position }: Bound): boolean {
  const [prefix, previous] = unseal(sealOf(block)) ?? []
  return prefix === position.prefix && (position.previous === '' || position.previous === previous)
}

function behaviourOf({ thinking, betas, byDefault }: BindingRequest): Behaviour {
  const binding = thinking['block_binding']
  if (binding === undefined || binding === null) return byDefault
  if (!betas.has(CONTROLS_BETA)) throw refuse('thinking.block_binding: Extra inputs are not permitted')
  const behaviour = fieldsOf(binding)['prefix_mismatch_behavior'] ?? 'error'
  if (behaviour === 'error' || behaviour === 'drop_block') return behaviour
  throw refuse('thinking.block_binding.prefix_mismatch_behavior: Input should be "error" or "drop_block"')
}

function dropped(view: View, from: readonly Bound[]): Bindings {
  const gone = new Set(from.map(({ block }) => block))
  const messages = view.messages.map((message) => {
    const content = rawContent(message['content'])
    return content.some(isThinking) ? { ...message, content: content.filter((block) => !gone.has(block)) } : message
  })
  const seen = { ...view, messages }
  const transformations = from.map(({ path }) => entry('thinking_dropped', path))
  return { view: seen, transformations, end: positionsIn(seen).end }
}

function entry(type: Transformation['type'], path: string): Transformation {
  return { type, path, reason: 'prefix_binding_mismatch' }
}

function invalid({ path, block }: Bound): string {
  return `${path}: Invalid \`${block['type'] === 'thinking' ? 'signature' : 'data'}\` in \`${block['type']}\` block`
}

function mismatch(bound: Bound, betas: ReadonlySet<string>): Error {
  const beta = betas.has(CONTROLS_BETA) ? '' : ` That field needs the header \`anthropic-beta: ${CONTROLS_BETA}\`.`
  return refuse(
    `${invalid(bound)}. The block is bound to a different conversation. Remove the block, or set ` +
      `\`thinking.block_binding.prefix_mismatch_behavior\` to "drop_block".${beta}`,
  )
}

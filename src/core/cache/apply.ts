/** Splices a plan's marks into a request body. Every other byte is copied. */

import { type ReadBody, readBody } from '../dialect/index.ts'
import { type Splice, splice, startOf } from '../json/index.ts'
import { type CachePlan, markedBlocks } from './plan.ts'

/**
 * @param read the received request, for which the plan was made
 * @param sent the body to be sent; it differs from the received one in the text of blocks only
 * @returns `sent` itself when the plan has no marks
 * @throws Error when `sent` no longer has the request's shape
 */
export function applyPlan(plan: CachePlan, read: ReadBody, sent: Uint8Array): Uint8Array {
  const splices = memberSplices(plan, read)
  if (plan.blocks.length > 0) splices.push(...(blockSplices(plan, read, sent) ?? rereadSplices(plan, read, sent)))
  return splice(sent, splices)
}

/**
 * The body without the plan's marks. One that has them at its top alone is copied when it is asked for: a call holds one
 * body while its reply is awaited, not two.
 * @param sent as `applyPlan` got it, and `marked` as it has returned it
 */
export function unmarking(
  plan: CachePlan,
  read: ReadBody,
  { sent, marked }: { readonly sent: Uint8Array; readonly marked: Uint8Array },
): () => Uint8Array {
  return plan.blocks.length > 0 ? () => sent : cutting(marked, memberSplices(plan, read))
}

/** A function of its own: one beside it would keep what that one needs. */
function cutting(marked: Uint8Array, splices: readonly Splice[]): () => Uint8Array {
  return () =>
    splice(
      marked,
      splices.map(({ start, bytes }) => ({ start, end: start + bytes.length, bytes: NOTHING })),
    )
}

const NOTHING = new Uint8Array()

/** Blocks of text come after the body's first brace: compression has not moved it. */
function memberSplices({ members }: CachePlan, { tape }: ReadBody): Splice[] {
  if (members.length === 0) return []
  const at = startOf(tape, 0) + 1
  return [{ start: at, end: at, bytes: Buffer.from(`${members.join(',')},`) }]
}

/**
 * Computes offsets without reading `sent`: bytes before all blocks of text have not moved, and bytes after all of them
 * have moved by the difference of the lengths.
 * @returns undefined when a mark stands between blocks of text
 */
function blockSplices(plan: CachePlan, read: ReadBody, sent: Uint8Array): Splice[] | undefined {
  const firstText = read.facts.blocks[0]?.start ?? Number.POSITIVE_INFINITY
  const lastText = read.facts.blocks.at(-1)?.end ?? 0
  const grown = sent.length - read.body.length
  if (sent !== read.body && plan.blocks.some(({ brace }) => brace > firstText && brace < lastText)) return undefined
  return plan.blocks.map(({ brace }) => markAt(plan, brace > firstText ? brace + grown : brace))
}

function rereadSplices(plan: CachePlan, { dialect }: ReadBody, sent: Uint8Array): Splice[] {
  const reread = readBody(sent, dialect)
  if (reread?.prefix === undefined) throw new Error('the body to be sent cannot be read')
  const parts = plan.blocks.map(({ part }) => part)
  return markedBlocks(reread.tape, reread.prefix, parts).map(({ brace }) => markAt(plan, brace))
}

/** Every markable block has a `type` member, so the mark begins with a comma. */
function markAt({ mark }: CachePlan, at: number): Splice {
  return { start: at, end: at, bytes: Buffer.from(`,${mark}`) }
}

/** Splices a plan's marks into what is sent of a request, and copies every other byte. */

import { type ReadBody, readBody } from '../dialect/index.ts'
import { type Splice, splice, startOf } from '../json/index.ts'
import { type CachePlan, markedBlocks } from './plan.ts'

/**
 * @param read the request as it came, which the plan was made for
 * @param sent its body as it would go out: the same but for the text of its blocks
 * @returns the very same `sent` when there is nothing to mark
 * @throws Error when `sent` is no longer of the request's shape
 */
export function applyPlan(plan: CachePlan, read: ReadBody, sent: Uint8Array): Uint8Array {
  const splices = memberSplices(plan, read)
  if (plan.blocks.length > 0) splices.push(...(blockSplices(plan, read, sent) ?? rereadSplices(plan, read, sent)))
  return splice(sent, splices)
}

/** Blocks of text come after the body's first brace, so that it stands where it stood. */
function memberSplices({ members }: CachePlan, { tape }: ReadBody): Splice[] {
  if (members.length === 0) return []
  const at = startOf(tape, 0) + 1
  return [{ start: at, end: at, bytes: Buffer.from(`${members.join(',')},`) }]
}

/**
 * Where the marks go, without another look at the body: what stands in front of all blocks of text has not moved, and
 * what stands behind all of them has moved by what the body has grown.
 * @returns undefined when a mark goes in between
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
  if (reread?.prefix === undefined) throw new Error('what is sent cannot be read')
  const parts = plan.blocks.map(({ part }) => part)
  return markedBlocks(reread.tape, reread.prefix, parts).map(({ brace }) => markAt(plan, brace))
}

/** A block that can be marked has a `type`, so that a comma comes first. */
function markAt({ mark }: CachePlan, at: number): Splice {
  return { start: at, end: at, bytes: Buffer.from(`,${mark}`) }
}

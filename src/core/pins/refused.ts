/**
 * Which results may be in the wrong form, when a provider refuses reasoning because something before it has changed.
 * Providers check each piece of reasoning and name the first that fails (provider-contracts 1.3): what stands before the
 * last good one is right, and between the two stands at least one result in the wrong form.
 */

import type { RequestFacts } from '../dialect/index.ts'

/**
 * @param path of the refused reasoning, `messages[3].content[0]`; undefined where the provider does not name it
 * @param isKnown is the form of this block remembered?
 * @returns nodes of blocks; remembered forms are doubted only where nothing else can be wrong
 */
export function refusedNodes(
  { blocks, reasoning, lastAssistant }: Pick<RequestFacts, 'blocks' | 'reasoning' | 'lastAssistant'>,
  path: string | undefined,
  isKnown: (node: number) => boolean,
): ReadonlySet<number> {
  const named = path === undefined ? -1 : reasoning.findIndex((bound) => bound.path === path)
  const from = reasoning[named - 1]?.node ?? -1
  const to = (named === -1 ? reasoning.at(-1) : reasoning[named])?.node ?? -1
  const nodes = blocks.map(({ node }) => node)
  const doubted = nodes.filter((node) => node > from && node < to)
  const unknown = doubted.filter((node) => !isKnown(node))
  if (unknown.length === 0) return new Set(doubted)
  const later = nodes.filter((node) => node > to && node < lastAssistant && !isKnown(node))
  return new Set([...unknown, ...later])
}

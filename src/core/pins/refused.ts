/**
 * Which results may be in the wrong form, when a provider refuses reasoning because something before it has changed.
 * Providers check each piece of reasoning and name the first that fails (provider-contracts 1.3): what stands before the
 * last good one is right, and between the two stands at least one result in the wrong form.
 */

import type { Block, RequestFacts } from '../dialect/index.ts'

/**
 * @param path of the refused reasoning, `messages[3].content[0]`; undefined where the provider does not name it
 * @param isKnown is the form of this block remembered?
 * @returns remembered forms are doubted only where nothing else can be wrong
 */
export function refusedBlocks(
  { blocks, reasoning, lastAssistant }: Pick<RequestFacts, 'blocks' | 'reasoning' | 'lastAssistant'>,
  path: string | undefined,
  isKnown: (block: Block) => boolean,
): readonly Block[] {
  const named = path === undefined ? -1 : reasoning.findIndex((bound) => bound.path === path)
  const from = reasoning[named - 1]?.node ?? -1
  const to = (named === -1 ? reasoning.at(-1) : reasoning[named])?.node ?? -1
  const doubted = blocks.filter(({ node }) => node > from && node < to)
  const unknown = doubted.filter((block) => !isKnown(block))
  if (unknown.length === 0) return doubted
  const later = blocks.filter((block) => block.node > to && block.node < lastAssistant && !isKnown(block))
  return [...unknown, ...later]
}

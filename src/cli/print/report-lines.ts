/** A compression report as text for a terminal. */

import type { Report } from '../../core/compress/index.ts'
import { grouped, percent } from './table.ts'

/**
 * @example
 * compressed: 1,234 -> 1,002 tokens, 18.8 % saved (exact)
 *   2 of 3 blocks: columnar-json 190, json-minify 42
 */
export function reportLines({ outcome, tokens, blocks, techniques }: Report): string {
  const counts = tokens
    ? `${grouped(tokens.original)} -> ${grouped(tokens.sent)} tokens, ${percent(tokens.saved, tokens.original)} saved (${tokens.accuracy})`
    : 'tokens unknown'
  const shares = Object.entries(techniques).map(([name, { savedTokens }]) => `${name} ${grouped(savedTokens)}`)
  const detail = [
    `${blocks.changed} of ${blocks.seen} ${blocks.seen === 1 ? 'block' : 'blocks'}`,
    ...(shares.length > 0 ? [`: ${shares.join(', ')}`] : []),
    ...(blocks.failopen > 0 ? [`; ${blocks.failopen} left alone because a technique failed`] : []),
  ]
  return `${outcome}: ${counts}\n  ${detail.join('')}`
}

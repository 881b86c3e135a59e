/** The side of a comparison that a call is on (docs/spec/compression.md, Groups). */

import type { CompressionSettings } from '../../src/core/compress/index.ts'

/**
 * treated: compressed where it pays, even when no block of this call became smaller. holdout: left unchanged, to compare
 * with. audit: computed and reported only.
 */
export type Group = 'treated' | 'holdout' | 'audit'

/**
 * @returns undefined for a call that is on neither side: compression is off or passes it by, or it continues a stored
 * response and so can never be held out
 */
export function groupOf(
  { mode, isHeldOut }: Pick<CompressionSettings, 'mode' | 'isHeldOut'>,
  facts: { readonly continuesResponse: boolean },
): Group | undefined {
  if (mode === 'Disabled' || facts.continuesResponse) return undefined
  if (mode === 'Audit') return 'audit'
  return isHeldOut ? 'holdout' : 'treated'
}

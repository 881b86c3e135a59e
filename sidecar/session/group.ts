/** Which side of a comparison a call stands on (spec: prompt-compression 1.11). */

import type { CompressionSettings } from '../../src/core/compress/index.ts'

/**
 * treated: compressed where it pays, whether or not this call had anything to say in fewer tokens. holdout: left
 * untouched to compare with. audit: computed and reported only.
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

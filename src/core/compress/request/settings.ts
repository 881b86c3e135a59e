/** What a policy says of one request's compression. */

import type { ProfileName } from '../profiles.ts'

export interface CompressionSettings {
  readonly mode: 'Disabled' | 'Audit' | 'Enforce'
  /** Is this call of a session that is left untouched, to compare with? */
  readonly isHeldOut: boolean
  readonly profile: ProfileName
  /** Smallest block worth trying, in tokens. */
  readonly minTokens: number
  readonly userText: 'Never' | 'Observations'
  isExcludedTool(name: string): boolean
}

/** The settings for one request's compression, from its policy. */

import type { CompressionMode, ProfileName } from '../../modes.ts'

export interface CompressionSettings {
  readonly mode: CompressionMode
  /** Does the call belong to a session that is left unchanged for comparison? */
  readonly isHeldOut: boolean
  readonly profile: ProfileName
  /** The smallest block that is tried, in tokens. */
  readonly minTokens: number
  readonly userText: 'Never' | 'Observations'
  isExcludedTool(name: string): boolean
}

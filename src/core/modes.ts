/** Words of a policy that the engine, the command line and the settings share. */

/** Audit computes and reports only. */
export const COMPRESSION_MODES = ['Disabled', 'Audit', 'Enforce'] as const

export type CompressionMode = (typeof COMPRESSION_MODES)[number]

/** Each tries all that the one before it does, and more. */
export const PROFILE_NAMES = ['Safe', 'Balanced', 'Aggressive'] as const

export type ProfileName = (typeof PROFILE_NAMES)[number]

import { MAX_BODY_BYTES, MIB } from '../limits.ts'

/** The limits of a policy that sets none. */
export const DEFAULT_LIMITS = { maxBodyBytes: MAX_BODY_BYTES, maxTransformBytes: 16 * MIB } as const

/** Sizes that programs share. */

export const MIB = 1024 * 1024

/** The largest request: of an LLM call, unless the policy sets another limit, and of a command. */
export const MAX_BODY_BYTES = 64 * MIB

/** Limits that several stages of the engine share. */

/**
 * Size of a block's literal in the body, in bytes. A larger block is sent unchanged: no technique encodes it, and no
 * decoder writes more.
 */
export const MAX_BLOCK_BYTES = 256 * 1024

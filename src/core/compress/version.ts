/**
 * The version of the engine's outputs: part of a policy's revision and of every cache key. A test compares the digest, and
 * fails when an output changed.
 */

/** Changes whenever the same request may be sent as other bytes. */
export const ENGINE_VERSION = '3'

/** SHA-256 of the outputs for the samples of all techniques, under every profile (test/core/compress/version.test.ts). */
export const OUTPUTS_SHA256 = 'e1f4db9bc18214f6acb1c861d422efc8436bee646391554cbf850efe9dd8e9d6'

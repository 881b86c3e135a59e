/**
 * The version of the engine's outputs: part of a policy's revision and of every cache key. A test compares the digest, and
 * fails when an output changed.
 */

/** Changes whenever the same request may be sent as other bytes. */
export const ENGINE_VERSION = '2'

/** SHA-256 of the outputs for the samples of all techniques, under every profile (test/core/compress/version.test.ts). */
export const OUTPUTS_SHA256 = '55043b2f32c05df457093e824bcdd0145711ec1daa61121b52e8750ecd27b409'

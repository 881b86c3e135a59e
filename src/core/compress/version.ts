/**
 * The version of the engine's outputs: part of a policy's revision and of every cache key. A test compares the digest, and
 * fails when an output changed.
 */

/** Changes whenever the same request may be sent as other bytes. */
export const ENGINE_VERSION = '3'

/** SHA-256 of the outputs for the samples of all techniques, under every profile (test/core/compress/version.test.ts). */
export const OUTPUTS_SHA256 = '5ba62055e38340603e5d535cf75bf50060b1f9c1045a550cf8d6b683511bb8c7'

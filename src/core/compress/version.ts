/**
 * The version of the engine's outputs: part of a policy's revision and of every cache key. A test compares the digest, and
 * fails when an output changed.
 */

/** Changes whenever the same request may be sent as other bytes. */
export const ENGINE_VERSION = '3'

/** SHA-256 of the outputs for the samples of all techniques, under every profile (test/core/compress/version.test.ts). */
export const OUTPUTS_SHA256 = '2b6ae40926d7f67ef4b252e15387ae0ddc30b61df7d85c8045ef08f27d24f29d'

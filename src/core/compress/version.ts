/**
 * The version of the engine's outputs: part of a policy's revision and of every cache key. A test compares the digest, and
 * fails when an output changed.
 */

/** Changes whenever the same request may be sent as other bytes. */
export const ENGINE_VERSION = '4'

/** SHA-256 of the outputs for the samples of all techniques, under every profile (test/core/compress/version.test.ts). */
export const OUTPUTS_SHA256 = '49b710e4d10e7130ff0fb0a9dfbca761312c545f684ecd0911af5100ccc817d7'

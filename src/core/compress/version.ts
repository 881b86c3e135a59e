/** Changes whenever the same request may come out in other bytes: part of a policy's revision and of every cache key. */
export const ENGINE_VERSION = '2'

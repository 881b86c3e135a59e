/** How a stream ended, as its caller saw it (docs/reference/streaming.md). */

/**
 * - finished: by the provider's own final event, or after a finish reason
 * - unfinished: HTTP says that the stream is complete, and its model had not finished
 * - error: by an error event, the provider's or ours
 * - truncated: broken off, without a word
 * - aborted: the caller went away first
 */
export type StreamEnd = 'finished' | 'unfinished' | 'error' | 'truncated' | 'aborted'

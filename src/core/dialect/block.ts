/** The places in a request that count: what may be rewritten, what is billed, what is bound to everything before it. */

/**
 * A piece of message text that may be compressed: one JSON string literal of the body, or of the JSON that a literal of
 * the body holds as text. Read and written with `blockText` and `blockBytes`.
 */
export interface Block {
  /** Byte offsets of the literal in the body, quotes included, `end` exclusive. */
  readonly start: number
  readonly end: number
  /** The node of the body's literal on the tape. */
  readonly node: number
  /** The block is a literal inside the text of the body's literal; its quotes are escaped, and belong to its span. */
  readonly isNested?: true
  /** `messages[3].content[0].text`. */
  readonly path: string
  /** observation: a user message that follows an assistant message; compressed only with `userText: Observations`. */
  readonly kind: 'tool-result' | 'observation'
  /** The called tool, where the request names it. */
  readonly tool?: string
  /** The id of the call, where the request has it. */
  readonly callId?: string
  /** A program may read it: it gets no form that it was not sent in before. */
  readonly isKeptOnly?: true
  /** The node of the call's arguments, a string or an object, where the request has them. */
  readonly callNode?: number
}

/**
 * A span of the body that the provider bills. content: a string literal, billed as its text. call: a string literal
 * (a name, or arguments as text), or an object (arguments), billed as its JSON source. tools: the whole member's
 * source. schema: the source of a schema of the answer, or of definitions that come in a message; billed like tools,
 * without what a provider adds once for having any.
 */
export interface BilledSpan {
  readonly node: number
  readonly what: 'content' | 'call' | 'tools' | 'schema'
  /** Tools and system text beside the messages: the provider reads them first, wherever they stand in the body. */
  readonly isHead: boolean
}

/** Reasoning or a summary that the provider may refuse, or drop, when something before it has changed. */
export interface BoundContent {
  readonly node: number
  /** `messages[1].content[0]`, `input[3]`; `messages[2]` in chat, where a whole message carries it. */
  readonly path: string
}

/** Longer names are no names of tools or ids: estimates of what a block or a call holds do not include them. */
const LONGEST_NAME = 100

/** Memory of names that are longer than what an estimate includes: a client chooses how long they are. */
export function longNameBytes(first: string | undefined, second?: string): number {
  return longBytes(first) + longBytes(second)
}

function longBytes(name: string | undefined): number {
  return name === undefined || name.length <= LONGEST_NAME ? 0 : 2 * name.length
}

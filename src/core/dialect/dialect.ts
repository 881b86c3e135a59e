/** The format of one kind of call: where its text stands, what its replies contain, how its streams report an error. */

import type { JsonTape } from '../json/index.ts'
import type { ProviderDialect } from './provider/index.ts'
import type { Problem } from './provider/provider-api.ts'

/** How well a body fits a dialect. own: it has a sign that no other dialect has; shared: it may be another's as well. */
export type Likeness = 'own' | 'shared' | 'none'

export interface Dialect {
  /** Its key in the registry. */
  readonly name: string
  readonly provider: ProviderDialect
  /** `gen_ai.operation.name`. */
  readonly operation: 'chat' | 'text_completion'
  /** How a streamed reply is framed. */
  readonly stream: 'sse' | 'ndjson'
  /** `openai.api.type`; undefined for every other provider. */
  readonly openaiApiType: 'chat_completions' | 'responses' | undefined
  /** on-request: a stream reports its usage only where `stream_options.include_usage` asks for it. */
  readonly streamUsage: 'always' | 'on-request'
  /** The path of such a call: no query, no provider prefix, repaired. */
  readonly path: string
  /** Does a body that came without a path look like this dialect's? */
  likeness(tape: JsonTape): Likeness
  /** Locates what matters in a request body; undefined when it is not of this dialect's shape (it passes untouched). */
  read(tape: JsonTape): RequestFacts | undefined
  /**
   * What the provider's prompt cache reads of a request that `read` understood; made when it is asked for. Absent for
   * providers without such a cache.
   */
  prefix?(tape: JsonTape): Prefix
  /** Reads a whole reply's JSON, parsed from a copy; members of the wrong type count as absent. */
  reply(reply: unknown): ReplyFacts
  /** Reads a streamed reply, event by event. */
  streamReader(): StreamReader
  /** Ends a stream that broke after whole events: the provider's own error event, with nothing after it. */
  errorEvent(problem: Problem): string
}

/** A piece of message text that may be compressed: one JSON string literal of the body. */
export interface Block {
  /** Byte offsets of the literal in the body, quotes included, `end` exclusive. */
  readonly start: number
  readonly end: number
  /** The literal's node on the tape. */
  readonly node: number
  /** `messages[3].content[0].text`. */
  readonly path: string
  /** observation: a user message that follows an assistant message; compressed only with `userText: Observations`. */
  readonly kind: 'tool-result' | 'observation'
  /** The tool that was called, where the request says so. */
  readonly tool?: string
  /** The call that it is the result of, where the request says so. */
  readonly callId?: string
}

/**
 * A span of the body that the provider bills. content: a string literal, billed as its text. call: a string literal
 * (a name, or arguments as text), or an object (arguments), billed as its JSON source. tools: the whole member's source.
 */
export interface BilledSpan {
  readonly node: number
  readonly what: 'content' | 'call' | 'tools'
  /** Tools and system text that stand beside the messages: the provider reads them first, wherever the body has them. */
  readonly isHead: boolean
}

/** `gen_ai.request.*` parameters, where the client set them. */
export interface RequestParameters {
  readonly maxTokens?: number
  readonly temperature?: number
  readonly topP?: number
  readonly topK?: number
  readonly frequencyPenalty?: number
  readonly presencePenalty?: number
  readonly seed?: number
  readonly stopSequences?: readonly string[]
  readonly choiceCount?: number
}

export interface RequestFacts {
  readonly model: string | undefined
  readonly isStream: boolean
  readonly parameters: RequestParameters
  /** In body order. Never system text, assistant text, arguments, errors, media or the first user message (spec: prompt-compression 1.8). */
  readonly blocks: readonly Block[]
  /** Everything billed, blocks included, in body order. */
  readonly billed: readonly BilledSpan[]
  readonly session: SessionFacts
}

/** A request as a prompt cache reads it, from its first token on (spec: prompt-compression, section 5). */
export interface Prefix {
  /** In the provider's order, whatever the body's: tools, system, messages. */
  readonly parts: readonly PrefixPart[]
  /** How many of `parts`, from the first on, are tools and system: what other calls may share. */
  readonly sharedParts: number
  /** Did the client say anything of prompt caching itself: a mark, a mode, a key, a retention? */
  readonly isMarked: boolean
  /** Has the model spoken already? Words that the client puts in its mouth, at the end, are no turn. */
  readonly hasAssistantTurn: boolean
}

/** One tool, one block of system text, or one message (an item, for Responses). */
export interface PrefixPart {
  /** `tools[3]`, `system`, `system[0]`, `messages[4]`. */
  readonly path: string
  /** Its value on the tape, with its span in the body. */
  readonly node: number
  readonly what: 'tool' | 'system' | 'message'
  /** The model's own. */
  readonly isAssistant: boolean
  /** The last of its content blocks; NONE when its content is no array of blocks. */
  readonly lastBlock: number
  /** How many content blocks it has; a plain string is one. */
  readonly blocks: number
}

/** What tells sessions apart (spec: policy.md, session identity). */
export interface SessionFacts {
  /** `conversation` or `prompt_cache_key` of the body. */
  readonly key: string | undefined
  /** Nodes of the system text and of the first user text, to be hashed. */
  readonly opening: readonly number[]
  /** A call that continues server-side state: never held out. */
  readonly continuesResponse: boolean
}

/** Token counts as the provider billed them. `input` includes cached tokens (OpenTelemetry GenAI), `output` includes reasoning. */
export interface Usage {
  readonly input?: number
  readonly output?: number
  readonly cacheRead?: number
  readonly cacheCreation?: number
  /** Those of `cacheCreation` that were written for an hour, at a price of their own (Anthropic). */
  readonly cacheCreation1h?: number
  readonly reasoning?: number
}

export interface ReplyFacts {
  readonly usage?: Usage
  readonly model?: string
  readonly id?: string
  readonly finishReasons?: readonly string[]
  /** The provider's error type, for a reply or an event that is an error. */
  readonly error?: string
}

export interface StreamReader {
  /** Takes one event's data (SSE `data` joined by LF; one NDJSON line). Text that is not JSON is ignored. */
  event(data: string): void
  /** What has been read so far. */
  facts(): ReplyFacts
  /** Did the stream come to its own end: `[DONE]`, `message_stop`, `response.completed`, `done: true`, or an error event? */
  readonly isEnded: boolean
}

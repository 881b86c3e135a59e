/** The format of one kind of call: the places of its text, the contents of its replies, the errors of its streams. */

import type { JsonTape } from '../json/index.ts'
import type { EventReader } from '../sse/index.ts'
import type { Steps } from '../steps.ts'
import type { BilledSpan, Block, BoundContent } from './block.ts'
import type { KnownCall, KnownCalls } from './known-calls.ts'
import type { ProviderDialect } from './provider/index.ts'
import type { Problem } from './provider/provider-api.ts'
import type { Marking } from './reading/bookmark.ts'

export type { BilledSpan, Block, BoundContent } from './block.ts'

/** How well a body fits a dialect. own: it has a sign that no other dialect has; shared: other dialects fit as well. */
export type Likeness = 'own' | 'shared' | 'none'

/**
 * What a call wants for its history in place of the model's answer. count: its tokens, free of charge; compact: a summary
 * that stands for it; batch: answers that are fetched later, for the histories of many calls.
 */
export type Door = 'count' | 'compact' | 'batch'

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
  /**
   * Paths beside it that take the same history, in the same form (docs/spec/compression.md, One form at every door).
   * Their replies are never streamed.
   */
  readonly doors: Readonly<Record<string, Door>>
  /** The provider keeps the history of a reply: a later request may name it by its id (PC-21). */
  readonly keepsHistory: boolean
  /** Tells the dialect of a body that came without a path. */
  likeness(tape: JsonTape): Likeness
  /**
   * Locates what matters in a request body.
   * @param known calls that earlier replies made; without them, some results whose call is not in the body stay unchanged
   * @param marking where an earlier body was the same; dialects that take no history have no use for it
   * @returns undefined when it is not of this dialect's shape: it is sent unchanged
   */
  read(tape: JsonTape, known?: KnownCalls, marking?: Marking): Steps<RequestFacts | undefined>
  /**
   * The parts of a request that `read` has accepted, as the provider's prompt cache reads them. Undefined where the
   * provider has no such cache.
   */
  readonly prefix: ((tape: JsonTape, known?: KnownParts) => Steps<Prefix>) | undefined
  /** Reads a whole reply's JSON, parsed from a copy; members of the wrong type count as absent. */
  reply(reply: unknown): ReplyFacts
  /** Reads a streamed reply, event by event. */
  streamReader(): StreamReader
  /** Ends a stream that broke after whole events: the provider's own error event, with nothing after it. */
  errorEvent(problem: Problem): string
  /** Shows that a silent stream is alive, and has no other effect on its reader; undefined where nothing does that. */
  readonly ping: string | undefined
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
  /** The provider's tier asked for: `flex`, `priority`. */
  readonly tier?: string
  /** `fast` (Anthropic). */
  readonly speed?: string
  /** The place of inference (Anthropic): `us`. */
  readonly place?: string
  /** The time that a background call may take (OpenAI Responses): `2h`. */
  readonly window?: string
}

export interface RequestFacts {
  readonly model: string | undefined
  readonly isStream: boolean
  readonly parameters: RequestParameters
  /**
   * In body order. Never system text, assistant text, arguments, errors, media or the first user message
   * (docs/spec/compression.md, Which text).
   */
  readonly blocks: readonly Block[]
  /** Everything billed, blocks included, in body order. */
  readonly billed: readonly BilledSpan[]
  readonly session: SessionFacts
  /** What the model wrote and the provider may have bound to everything before it, in body order. */
  readonly reasoning: readonly BoundContent[]
  /**
   * The last message or item that the model wrote, or NONE. No reasoning is bound to a block whose node is greater: it
   * is sent for the first time.
   */
  readonly lastAssistant: number
  /** Images, recordings or files, whose tokens nobody can count from the request. */
  readonly hasMedia: boolean
  readonly context: ContextFacts
  /** Undefined without a member `thread` of a known kind. */
  readonly thread: ThreadFacts | undefined
}

/** Will the model see the whole request? A reference may only name what it sees. */
export interface ContextFacts {
  /** The request lets the provider take content away before the model reads it. */
  readonly mayDrop: boolean
  /** Nodes of the summaries that stand for earlier messages. */
  readonly compactions: readonly number[]
}

/** The conversation is kept by the provider (Anthropic's message threads). */
export interface ThreadFacts {
  /** create: the request has everything; continue: it has only what is new. */
  readonly kind: 'create' | 'continue'
  /** The id of the reply that is continued. */
  readonly previous: string | undefined
}

/**
 * A request as a prompt cache reads it, from its first token on (docs/spec/prompt-cache.md, Rules of the providers).
 */
export interface Prefix {
  /** In the provider's order, not the body's: tools, system, messages. */
  readonly parts: readonly PrefixPart[]
  /** How many of the first `parts` are tools and system text: other calls may share them. */
  readonly sharedParts: number
  /** Did the client set a mark, mode, key or retention of prompt caching itself? */
  readonly isMarked: boolean
  /** Is there an answer of the model? A prefill, the start of the next answer at the end of the request, is none. */
  readonly hasAssistantTurn: boolean
}

/** One tool, one block of system text, or one message (an item, for Responses). */
export interface PrefixPart {
  /** `tools[3]`, `system`, `system[0]`, `messages[4]`. */
  readonly path: string
  /** Its value on the tape, with its span in the body. */
  readonly node: number
  readonly what: 'tool' | 'system' | 'message'
  /** Written by the model. */
  readonly isAssistant: boolean
  /** The last of its content blocks; NONE when its content is not an array of blocks. */
  readonly lastBlock: number
  /** How many content blocks it has; a plain string is one. */
  readonly blocks: number
  /**
   * CRC-32 of a node of it. Its own is kept, and that of the one inside that was asked for last: marks and breaks sum the
   * same texts, and so does the next turn.
   */
  checksumOf(tape: JsonTape, node: number): number
}

/** The first elements of a request's list, which an earlier request had as well. */
export interface KnownElements {
  readonly list: number
  /** The first element that is not one of them. */
  readonly node: number
}

export interface KnownParts extends KnownElements {
  /** Of these elements, in order. */
  readonly parts: readonly PrefixPart[]
  /** Nothing in front of `node` controls the cache. */
  readonly isUnmarked: boolean
}

/** The parts of a request that identify its session (docs/spec/routing.md, Session identity). */
export interface SessionFacts {
  /** `conversation` or `prompt_cache_key` of the body. */
  readonly key: string | undefined
  /** Nodes of the system text and of the first user text, to be hashed. */
  readonly opening: readonly number[]
  /** A call that continues state at the provider, a stored response or a thread: never held out. */
  readonly continuesResponse: boolean
  /** The id of the reply that is continued, where the request names one. */
  readonly previous: string | undefined
}

/**
 * Token counts as the provider billed them. `input` includes cached tokens (OpenTelemetry GenAI), `output` includes
 * reasoning.
 */
export interface Usage {
  readonly input?: number
  readonly output?: number
  readonly cacheRead?: number
  readonly cacheCreation?: number
  /** The part of `cacheCreation` that was written for an hour, which has its own price (Anthropic). */
  readonly cacheCreation1h?: number
  /** The part of `cacheCreation` that was written for twelve hours, which has its own price (OpenAI Responses). */
  readonly cacheCreation12h?: number
  readonly reasoning?: number
  /** Where a call had several passes, each billed by the length of its own prompt: the shortest and the longest. */
  readonly shortestPrompt?: number
  readonly longestPrompt?: number
}

export interface ReplyFacts {
  readonly usage?: Usage
  readonly model?: string
  readonly id?: string
  readonly finishReasons?: readonly string[]
  /** The provider's error type, for a reply or an event that is an error. */
  readonly error?: string
  /** `usage` holds tokens of another model (an advisor, one that declined): no single model's prices fit it. */
  readonly hasOtherModels?: boolean
  /**
   * Calls of the client's own tools in the order of the reply, at most 256. Left out where the next request always holds
   * them (chat, Ollama).
   */
  readonly calls?: readonly MadeCall[]
  /** Empty: the provider says that all reasoning reached the model. At most 1,000. */
  readonly transformations?: readonly InputTransformation[]
  /** Why the provider's cache was not read, in its own words; the client has to ask for it. */
  readonly cacheMiss?: CacheMiss
  /** The tier, speed and region that the provider used, under its own names: `priority`, `fast`, `us`. */
  readonly tier?: string
  readonly speed?: string
  readonly place?: string
}

/** A call of a client's tool, made by the model or by a program of the model's at the provider. */
export interface MadeCall extends KnownCall {
  readonly id: string
}

/** What a provider did to a piece of reasoning in the request: taken out, or let through although it does not fit. */
export interface InputTransformation {
  readonly kind: 'dropped' | 'allowed' | 'removed' | 'other'
  /** A known name (`prefix_mismatch`, `model_binding_mismatch`), else `other`. */
  readonly reason: string
}

export interface CacheMiss {
  /** A known name (`messages_changed`, `tools_changed`), else `other`. */
  readonly reason: string
  /** Tokens that the cache would have held, where the provider says so. */
  readonly tokens?: number
}

/** Text that is not JSON is ignored. */
export interface StreamReader extends EventReader {
  /** The facts of the events so far. */
  facts(): ReplyFacts
  /**
   * Has the stream reached its own end: `[DONE]`, `message_stop`, `response.completed`, `done: true`, or an error
   * event?
   */
  readonly isEnded: boolean
}

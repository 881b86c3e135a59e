/**
 * The facts that all dialects of one provider API share. Every member is required, so that an API which lacks one does
 * not compile.
 */

/** An error of ours, before it has the form of an API. */
export interface Problem {
  /** The HTTP status of the reply; for a stream, the one it would have had. */
  readonly status: number
  /** Stable, for programs: `UPSTREAM_CLOSED`. Only OpenAI's body has a place for it. */
  readonly code: string
  /** For people. Never request content. */
  readonly message: string
}

/** A provider that is built in: its name is the key. */
export interface BuiltInHost {
  readonly url: string
  /** `gen_ai.provider.name` (OpenTelemetry GenAI); the same as the name where the convention has no value for it. */
  readonly telemetryName: string
}

/**
 * How a cache is marked. anthropic-automatic: one member at the top of the body, which moves with the conversation;
 * anthropic-explicit: blocks only; openai-implicit: only a key; openai-breakpoint: a key, and blocks in explicit mode.
 */
export type CacheRuleSet = 'anthropic-automatic' | 'anthropic-explicit' | 'openai-implicit' | 'openai-breakpoint'

/** By the kind of cache that a model's card names; a kind that is absent is not marked through this API. */
type CacheRuleSets = Readonly<Partial<Record<'anthropic' | 'openai-implicit' | 'openai-breakpoint', CacheRuleSet>>>

export interface ProviderApi {
  /** The first segments of its paths, as `route` writes them. */
  readonly root: string
  /**
   * true: clients write the root after the base URL (`ANTHROPIC_BASE_URL` + `/v1/messages`). false: it is the end of the
   * base URL (`OPENAI_BASE_URL` + `/chat/completions`), and servers choose it freely.
   */
  readonly isRootFixed: boolean
  /** The end of a base URL's path that is a root; undefined for an API that has none. */
  readonly baseRoot: RegExp | undefined
  /** The end of a base URL's path that people paste from a full call; it is cut off. */
  readonly baseCall: RegExp | undefined
  /** First segments below the root, for clients whose base URL lacks it. No two APIs may share one. */
  readonly resources: ReadonlySet<string>
  /** The paths that it serves when a call names no provider; the longest over all APIs decides. */
  readonly paths: readonly string[]
  /** Headers that carry the caller's key, in lower case. */
  readonly credentialHeaders: readonly string[]
  /** Hosts by provider name. The first of an API serves its calls that name no provider. */
  readonly hosts: Readonly<Record<string, BuiltInHost>>
  /** How the tokens of a model without a card are counted: which fallback of models.yaml. */
  readonly unknownModel: 'anthropic' | 'otherwise'
  /**
   * maker: the model's maker serves the call; others: somebody else does, who may refuse members that it does not know.
   */
  readonly promptCache: { readonly maker: CacheRuleSets; readonly others: CacheRuleSets }
  /** The body of an error reply. */
  errorBody(problem: Problem): object
}

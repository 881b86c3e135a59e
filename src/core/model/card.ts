/** Model cards: the maker of a model, its billing, prices and cache rules. */

/** exact: the model's own tokenizer; approx: calibrated on at least 30 billed calls; heuristic: a guess by family. */
export type Accuracy = 'exact' | 'approx' | 'heuristic'

export type VocabularyName = 'o200k_base' | 'cl100k_base'

/** The data behind a factor, and its error on calls that were not used for the fit. */
export interface Calibration {
  /** The day of the fit, `2026-11-21`. */
  readonly asOf: string
  /** Number of billed calls. */
  readonly rows: number
  /** Mean error of estimates on rows not used for the fit, as a share of the billed tokens: 0.02 is 2 %. */
  readonly error: number
}

/** How a family bills text, relative to a vocabulary that M2M has (docs/spec/tokens.md, Calibration). */
export interface Billing {
  /** The family's own vocabulary if content is `exact`; otherwise the vocabulary to which its factors apply. */
  readonly vocabulary: VocabularyName
  /** Message text: `factor x tokens`. */
  readonly content: { readonly factor: number; readonly accuracy: Accuracy; readonly calibration?: Calibration }
  /** Tool definitions: `factor x tokens of their JSON + overhead`; 0 without tools. */
  readonly tools: {
    readonly factor: number
    readonly overhead: number
    readonly accuracy: Accuracy
    readonly calibration?: Calibration
  }
}

/**
 * The maker's prices for text in its standard tier, in USD per million tokens. Other providers of the model may have
 * other prices. An unknown price is absent, not 0.
 */
export interface Prices {
  /** The day on which the prices were read, `2026-11-21`, and the page. */
  readonly asOf: string
  readonly source: string
  /** Input that is neither read from nor written to a cache. */
  readonly input: number
  readonly output: number
  readonly cacheRead?: number
  /** Input written to the cache for the shortest time on offer; absent if writing costs the same as input. */
  readonly cacheWrite?: number
  /** Anthropic's cache entries with a lifetime of one hour. */
  readonly cacheWrite1h?: number
  /** The prices apply up to this many input tokens; longer requests cost more. */
  readonly upToTokens?: number
}

/** The prompt-cache rules of a model at its maker (docs/spec/prompt-cache.md, Rules of the providers). */
export interface CacheRules {
  /** anthropic: blocks marked by the client; openai-implicit: the longest prefix; openai-breakpoint: at breakpoints. */
  readonly kind: 'anthropic' | 'openai-implicit' | 'openai-breakpoint'
  /** Shorter prefixes are not cached. */
  readonly minTokens: number
  /** Lifetime of an entry after its last use. */
  readonly ttlSeconds: number
  readonly asOf: string
  readonly source: string
}

export interface ModelCard {
  /** The canonical name: no provider prefix, date or tag (`gpt-4o` for `openai/gpt-4o-2024-08-06`). */
  readonly name: string
  /** Models of a family have the same billing: `openai-o200k`, `claude-4`, `llama`. */
  readonly family: string
  /** The maker: `openai`, `anthropic`, `meta`. Other providers may serve the model. */
  readonly provider: string
  readonly billing: Billing
  /** Undefined when not known. */
  readonly prices: Prices | undefined
  readonly cache: CacheRules | undefined
}

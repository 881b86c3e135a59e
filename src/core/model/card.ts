/** What M2M knows of a model: who serves it, and how its provider turns text into billed tokens. */

/** exact: the model's own tokenizer; approx: calibrated on at least 30 billed calls; heuristic: a guess by family. */
export type Accuracy = 'exact' | 'approx' | 'heuristic'

export type VocabularyName = 'o200k_base' | 'cl100k_base'

/** How a factor was found: on how many billed calls, and how far off it is on calls that it was not fitted on. */
export interface Calibration {
  /** The day it was made, `2026-11-21`. */
  readonly asOf: string
  readonly rows: number
  /** How far off estimates are on rows not used for the fit, as a share of what was billed: 0.02 is 2 %. */
  readonly error: number
}

/** How a family bills text, in terms of a vocabulary we have (spec: prompt-compression, section 3). */
export interface Billing {
  /** The family's own vocabulary when content is `exact`, else the one its factors are relative to. */
  readonly vocabulary: VocabularyName
  /** Message text: `factor x tokens`. */
  readonly content: { readonly factor: number; readonly accuracy: Accuracy; readonly calibration?: Calibration }
  /** Tool definitions: `factor x tokens of their JSON + overhead`, where there are any. */
  readonly tools: {
    readonly factor: number
    readonly overhead: number
    readonly accuracy: Accuracy
    readonly calibration?: Calibration
  }
}

/**
 * What its maker asks for text in its standard tier, in USD per million tokens; whoever else serves the model may ask
 * something else. A price that is not known is absent, not 0.
 */
export interface Prices {
  /** The day the prices were read, `2026-11-21`, and where. */
  readonly asOf: string
  readonly source: string
  /** Input that is neither read from a cache nor written to one. */
  readonly input: number
  readonly output: number
  readonly cacheRead?: number
  /** Input written to the cache for the shortest time on offer; absent where writing costs as much as input. */
  readonly cacheWrite?: number
  /** Anthropic's cache entries of an hour. */
  readonly cacheWrite1h?: number
  /** The prices are those of requests of at most so many input tokens; longer ones cost more. */
  readonly upToTokens?: number
}

/** How its maker's prompt cache works (spec: prompt-compression, section 5). */
export interface CacheRules {
  /** anthropic: blocks the client marks; openai-implicit: the longest prefix; openai-breakpoint: exactly at breakpoints. */
  readonly kind: 'anthropic' | 'openai-implicit' | 'openai-breakpoint'
  /** Shorter prefixes are not cached. */
  readonly minTokens: number
  /** How long an entry lives after its last use. */
  readonly ttlSeconds: number
  readonly asOf: string
  readonly source: string
}

export interface ModelCard {
  /** The canonical name: no provider prefix, date or tag (`gpt-4o` for `openai/gpt-4o-2024-08-06`). */
  readonly name: string
  /** Models of a family bill alike: `openai-o200k`, `claude-4`, `llama`. */
  readonly family: string
  /** Who makes it: `openai`, `anthropic`, `meta`. Not who serves it. */
  readonly provider: string
  readonly billing: Billing
  /** Absent when not known. */
  readonly prices?: Prices
  readonly cache?: CacheRules
}

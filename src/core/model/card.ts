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

/** Facts that hold from a day on (docs/spec/tokens.md, Prices of a call). Lists of them have the newest first. */
export interface Dated {
  /** Their first day, `2026-10-07`, in UTC; absent where they hold from the model's first day on. */
  readonly since?: string
  /** The day on which they were read, `2026-11-21`, and the page. */
  readonly asOf: string
  readonly source: string
  /** Its figures are from the user's own table (`m2m models refresh`), not from models.yaml. */
  readonly isOverlay?: true
}

/** Factors for all tokens of a call with a long prompt, relative to a short one. */
export interface Band {
  /** The length of the shortest such prompt: tokens read, written and other input together. */
  readonly fromTokens: number
  readonly input: number
  readonly output: number
}

/** Factors of all prices of a call by a name, as the provider's replies write it: `flex`, `fast`, `us`. */
export type Factors = Readonly<Record<string, number>>

/** Hours in which all prices have another factor. Saturdays and Sundays, in UTC, belong to them. */
export interface OffPeak {
  readonly factor: number
  /** Hours of the other days, in UTC: from, and until, exclusive. */
  readonly hours: readonly (readonly [from: number, until: number])[]
}

/**
 * The maker's prices for text, in USD per million tokens: standard tier and speed, no place asked for, a short prompt.
 * Other providers of the model may have other prices. An unknown price or factor is absent, not 0 or 1.
 */
export interface Prices extends Dated {
  /** Input that is neither read from nor written to a cache. */
  readonly input: number
  readonly output: number
  /** By ascending length. */
  readonly bands?: readonly Band[]
  readonly tiers?: Factors
  readonly speeds?: Factors
  /** By the place of inference that the provider guarantees. */
  readonly places?: Factors
  readonly offPeak?: OffPeak
}

/**
 * The prompt-cache rules of a model at its maker (docs/spec/prompt-cache.md, Rules of the providers). Factors are
 * relative to the price of an input token.
 */
export interface CacheRules extends Dated {
  /**
   * anthropic: blocks marked by the client; openai-implicit: the longest prefix; openai-breakpoint: at breakpoints;
   * automatic: the provider's own choice, nobody marks.
   */
  readonly kind: 'anthropic' | 'openai-implicit' | 'openai-breakpoint' | 'automatic'
  /** Shorter prefixes are not cached. */
  readonly minTokens?: number
  /** Lifetime of an entry after its last use. */
  readonly ttlSeconds?: number
  readonly readFactor: number
  /** 1 where writing costs nothing extra. */
  readonly writeFactor: number
  /** The lifetime of entries that are written for longer, where the provider has such. */
  readonly ttlSecondsLong?: number
  readonly writeFactorLong?: number
  /** The number of marks whose prefixes a request writes. */
  readonly maxMarks?: number
  /** anthropic: positions before a mark; openai-breakpoint: the latest breakpoints, that are looked up in the cache. */
  readonly lookBack?: number
}

/** @returns those of `facts` that hold at an instant */
export function inForce<T extends Dated>(facts: readonly T[] | undefined, at: Date): T | undefined {
  // Most facts have no date of beginning, and a date is slow to write.
  let day: string | undefined
  return facts?.find(({ since }) => {
    if (since === undefined) return true
    day ??= at.toISOString().slice(0, 10)
    return since <= day
  })
}

/** A model at a server. */
export interface Offer {
  /** The newest first; empty when none are known. */
  readonly prices: readonly Prices[]
  readonly cache: readonly CacheRules[]
}

/** A model at its maker; others may serve it too. */
export interface ModelCard extends Offer {
  /** The canonical name: no provider prefix, date or tag (`gpt-4o` for `openai/gpt-4o-2024-08-06`). */
  readonly name: string
  /** Models of a family have the same billing: `openai-o200k`, `claude-4`, `llama`. */
  readonly family: string
  /** The maker: `openai`, `anthropic`, `meta`. Other providers may serve the model. */
  readonly provider: string
  readonly billing: Billing
  /** What servers other than its maker ask for it, by their names. */
  readonly resold?: Readonly<Record<string, Offer>>
  /** The day on which its maker stops serving it, past or to come; absent when none is announced. */
  readonly retired?: string
}

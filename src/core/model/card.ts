/** What M2M knows of a model: who serves it, and how its provider turns text into billed tokens. */

/** exact: the model's own tokenizer; approx: calibrated on at least 30 billed calls; heuristic: a guess by family. */
export type Accuracy = 'exact' | 'approx' | 'heuristic'

export type VocabularyName = 'o200k_base' | 'cl100k_base'

/** How a family bills text, in terms of a vocabulary we have (spec: prompt-compression, section 3). */
export interface Billing {
  /** The family's own vocabulary when content is `exact`, else the one its factors are relative to. */
  readonly vocabulary: VocabularyName
  /** Message text: `factor x tokens`. */
  readonly content: { readonly factor: number; readonly accuracy: Accuracy }
  /** Tool definitions: `factor x tokens of their JSON + overhead`, where there are any. */
  readonly tools: { readonly factor: number; readonly overhead: number; readonly accuracy: Accuracy }
}

export interface ModelCard {
  /** The canonical name: no provider prefix, date or tag (`gpt-4o` for `openai/gpt-4o-2024-08-06`). */
  readonly name: string
  /** Models of a family bill alike: `openai-o200k`, `claude-4`, `llama`. */
  readonly family: string
  /** Who makes it: `openai`, `anthropic`, `meta`. Not who serves it. */
  readonly provider: string
  readonly billing: Billing
}

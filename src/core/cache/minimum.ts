/**
 * Some models cache no prompt below 4,096 tokens. Where the client marks its prompt, a rewrite that keeps it below that for
 * more turns costs more than it saves: 9 % more on a customer desk's sessions. Below 1,024 no session got dearer.
 */

import type { ReadBody } from '../dialect/index.ts'
import type { CacheRules } from '../model/index.ts'
import type { Accuracy } from '../tokenizer/index.ts'

/** From this minimum on it matters. */
const HIGH_MINIMUM = 2048

/** An estimate may be too high by so much: a prompt that is a little above the minimum may be below. */
const MARGIN = 1.15

export interface SentTokens {
  readonly sent: number
  readonly accuracy: Accuracy
}

/**
 * @param tokens of the whole request as it would be sent; undefined when they could not be counted
 * @param rules of the model, in force today
 */
export function staysUncached(
  read: Pick<ReadBody, 'prefix'>,
  tokens: SentTokens | undefined,
  rules: CacheRules | undefined,
): boolean {
  if (tokens === undefined || rules?.minTokens === undefined || rules.kind !== 'anthropic') return false
  const least = rules.minTokens * (tokens.accuracy === 'exact' ? 1 : MARGIN)
  return rules.minTokens >= HIGH_MINIMUM && tokens.sent < least && read.prefix?.isMarked === true
}

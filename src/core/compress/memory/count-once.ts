/** A counter that counts no text of a request twice: the bill and the gate count the same texts. */

import type { TokenCounter, Tokenizer } from '../../tokenizer/index.ts'

/** UTF-16 units from which on a look-up is faster than counting. */
const MIN_UNITS = 64

/** Counts as `counter` does. It holds the counted texts, so it must not outlive its request. */
export function countingOnce(counter: TokenCounter): TokenCounter {
  let judges: readonly Tokenizer[] | undefined
  const judging = (): readonly Tokenizer[] => {
    judges ??= counter.judges.map(({ name, count }) => ({ name, count: rememberingCount(count) }))
    return judges
  }
  return {
    accuracy: counter.accuracy,
    toolsAccuracy: counter.toolsAccuracy,
    vocabulary: counter.vocabulary,
    // Exact counts are billed one to one.
    content: (text) => (counter.accuracy === 'exact' ? judging()[0]?.count(text) : undefined) ?? counter.content(text),
    tools: (json) => counter.tools(json),
    schema: (json) => counter.schema(json),
    get judges() {
      return judging()
    },
  }
}

function rememberingCount(count: (text: string) => number): (text: string) => number {
  const known = new Map<string, number>()
  return (text) => {
    if (text.length < MIN_UNITS) return count(text)
    const tokens = known.get(text) ?? count(text)
    known.set(text, tokens)
    return tokens
  }
}

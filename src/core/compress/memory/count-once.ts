/** A counter that counts no text of a request twice: what is billed is also what the gate measures against. */

import type { TokenCounter, Tokenizer } from '../../tokenizer/index.ts'

/** UTF-16 units from which on looking a text up is faster than counting it. */
const MIN_UNITS = 64

/** Counts as `counter` does. Holds on to the texts it has counted: made for one request, and let go with it. */
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
    // What is counted exactly is billed one to one.
    content: (text) => (counter.accuracy === 'exact' ? judging()[0]?.count(text) : undefined) ?? counter.content(text),
    tools: (json) => counter.tools(json),
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

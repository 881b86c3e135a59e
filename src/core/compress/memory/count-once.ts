/** A counter that counts no text of a request twice: the bill and the gate count the same texts. */

import { countingAs, countingBy, type TokenCounter, type Tokenizer } from '../../tokenizer/index.ts'

/** UTF-16 units from which on a look-up is faster than counting. */
const MIN_UNITS = 64

/** Counts as `counter` does. It holds the counted texts, so it must not outlive its request. */
export function countingOnce(counter: TokenCounter): TokenCounter {
  let judges: readonly Tokenizer[] | undefined
  const judging = (): readonly Tokenizer[] => {
    judges ??= counter.judges.map(remembering)
    return judges
  }
  // Exact counts are billed one to one.
  const biller = (): Tokenizer | undefined => (counter.accuracy === 'exact' ? judging()[0] : undefined)
  return {
    accuracy: counter.accuracy,
    toolsAccuracy: counter.toolsAccuracy,
    vocabulary: counter.vocabulary,
    content: (text) => biller()?.count(text) ?? counter.content(text),
    tools: (json) => counter.tools(json),
    schema: (json) => counter.schema(json),
    *counting(what, text, allowedWork) {
      const judge = what === 'content' ? biller() : undefined
      return yield* judge === undefined
        ? countingAs(counter, { what, text }, allowedWork)
        : countingBy(judge, text, allowedWork)
    },
    get judges() {
      return judging()
    },
  }
}

function remembering(judge: Tokenizer): Tokenizer {
  const known = new Map<string, number>()
  return {
    name: judge.name,
    count(text) {
      if (text.length < MIN_UNITS) return judge.count(text)
      const tokens = known.get(text) ?? judge.count(text)
      known.set(text, tokens)
      return tokens
    },
    *counting(text, allowedWork) {
      const tokens = known.get(text)
      if (tokens !== undefined) return { tokens, share: 1, work: 0 }
      const counted = yield* countingBy(judge, text, allowedWork)
      if (counted.share === 1) known.set(text, counted.tokens)
      return counted
    },
  }
}

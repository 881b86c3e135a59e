/** Statistics of paired answers: the same question, asked about the original and about a form. */

export interface Paired {
  readonly questions: number
  readonly original_right: number
  readonly form_right: number
  /** Share right of the form less that of the original, in percentage points. */
  readonly difference: number
  /** Where the true difference lies with 95 % confidence, in percentage points. */
  readonly interval: readonly [low: number, high: number]
  /** Right for the original alone, and for the form alone. */
  readonly lost: number
  readonly won: number
  /** McNemar's exact test, two-sided: how probable so uneven a split is without any difference. */
  readonly p: number
}

/** @param pairs is the answer right for the original, for the form */
export function paired(pairs: readonly (readonly [original: boolean, form: boolean])[]): Paired {
  const count = (isMeant: (original: boolean, form: boolean) => boolean): number =>
    pairs.filter(([original, form]) => isMeant(original, form)).length
  const lost = count((original, form) => original && !form)
  const won = count((original, form) => !original && form)
  const questions = pairs.length
  return {
    questions,
    original_right: count((original) => original),
    form_right: count((_, form) => form),
    difference: questions === 0 ? 0 : (100 * (won - lost)) / questions,
    interval: intervalOf(lost, won, questions),
    lost,
    won,
    p: exactP(lost, won),
  }
}

const Z_95 = 1.959964

/** Agresti and Min (2005): Wald's interval with half a pair added to each cell; it holds for few pairs as well. */
function intervalOf(lost: number, won: number, questions: number): [number, number] {
  const n = questions + 2
  const [b, c] = [lost + 0.5, won + 0.5]
  const difference = (c - b) / n
  const error = Math.sqrt(b + c - (c - b) ** 2 / n) / n
  const limit = (value: number): number => 100 * Math.max(-1, Math.min(1, value))
  return [limit(difference - Z_95 * error), limit(difference + Z_95 * error)]
}

/** Twice the tail of a binomial distribution with an even chance. */
function exactP(lost: number, won: number): number {
  const n = lost + won
  const fewer = Math.min(lost, won)
  // Logarithms: a half to the power of a thousand is no number.
  let logTerm = -n * Math.LN2
  let tail = 0
  for (let k = 0; k <= fewer; k++) {
    tail += Math.exp(logTerm)
    logTerm += Math.log((n - k) / (k + 1))
  }
  return Math.min(1, 2 * tail)
}

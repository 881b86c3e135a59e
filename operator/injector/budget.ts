/** What may be said of a flood: so many things at once, and so many a second after that. */

export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

const FEW: Rate = { burst: 50, perSecond: 5 }

/** @returns takes one from the budget; false: there is none left */
export function createBudget({ burst, perSecond }: Rate = FEW): () => boolean {
  let tokens = burst
  let atMs = performance.now()
  return () => {
    const nowMs = performance.now()
    tokens = Math.min(burst, tokens + ((nowMs - atMs) / 1000) * perSecond)
    atMs = nowMs
    if (tokens < 1) return false
    tokens--
    return true
  }
}

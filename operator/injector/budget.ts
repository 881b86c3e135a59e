/** What may be said of a flood: so many things at once, and so many a second after that. */

const BURST = 50

const PER_SECOND = 5

/** @returns takes one from the budget; false: there is none left */
export function createBudget(): () => boolean {
  let tokens = BURST
  let atMs = performance.now()
  return () => {
    const nowMs = performance.now()
    tokens = Math.min(BURST, tokens + ((nowMs - atMs) / 1000) * PER_SECOND)
    atMs = nowMs
    if (tokens < 1) return false
    tokens--
    return true
  }
}

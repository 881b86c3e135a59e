/**
 * Module-level memory: the last texts that techniques looked at, and the results of one function each. It is emptied at
 * the end of every request, so that no content outlives its call.
 */

interface Entry<T> {
  readonly text: string
  readonly value: T
}

const emptiers: (() => void)[] = []

/**
 * Techniques look at the same text one after the other: `make` runs once for them all.
 * @param size texts that are remembered: those that were asked for last
 */
export function rememberingTexts<T>(size: number, make: (text: string) => T): (text: string) => T {
  let latest: readonly Entry<T>[] = []
  emptiers.push(() => {
    latest = []
  })
  return (text) => {
    const known = latest.find((entry) => entry.text === text)
    if (known !== undefined && known === latest[0]) return known.value
    const entry = known ?? { text, value: make(text) }
    latest = [entry, ...latest.filter((other) => other !== known).slice(0, size - 1)]
    return entry.value
  }
}

/** Runs `work`, and then forgets all texts, whether it returns or throws. */
export function forgettingTexts<T>(work: () => T): T {
  try {
    return work()
  } finally {
    forgetTexts()
  }
}

/** Forgets all texts, also those of another request that pauses: it looks at them again. */
export function forgetTexts(): void {
  for (const empty of emptiers) empty()
}

/** Bounds a wait: an event that does not come is an error message, not a test that hangs. */

/** @throws when `promise` has not settled after `ms` milliseconds (default 10 s: a bound, not a measurement) */
export async function within<T>(what: string, promise: Promise<T>, ms = 10_000): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not happen within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Durations as people write them: `10s`, `1h30m`, `250ms`, `none`. */

/** Six digits a part: a longer one would overflow in some readers before they could say that it is too long. */
export const DURATION = /^(?:none|(?:[0-9]{1,6}(?:ms|s|m|h))+)$/

/** The longest allowed duration. Node's timers beyond 24 days fire at once. */
const MAX_DURATION_MS = 24 * 3_600_000

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** Milliseconds, 0 for `none`; undefined when the text is no duration from 1 ms to 24 h. */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined
  if (text === 'none') return 0
  let ms = 0
  for (const [, count, unit] of text.matchAll(/([0-9]+)(ms|s|m|h)/g)) ms += Number(count) * (UNIT_MS[unit ?? ''] ?? 0)
  return ms >= 1 && ms <= MAX_DURATION_MS ? ms : undefined
}

/** The shortest way to write a number of milliseconds. */
export function formatDuration(ms: number): string {
  if (ms === 0) return 'none'
  const [unit, size] = Object.entries(UNIT_MS).findLast(([, each]) => ms % each === 0) ?? ['ms', 1]
  return `${ms / size}${unit}`
}

/** Row names and percentages in the tables. */

import type { Figures } from '../../replay/index.ts'

export function nameOf({ name, user_text }: Pick<Figures, 'name' | 'user_text'>): string {
  return user_text === 'Never' ? name : `${name}, user text: ${user_text}`
}

/** The second row of a set of tool outputs: it limits the weight of each, so that no long one dominates. */
export function cappedName(set: Pick<Figures, 'name' | 'user_text'>): string {
  return `${nameOf(set)}, each weighing at most 2,000 tokens`
}

export function percentOf(value: number): string {
  return `${value.toFixed(2)} %`
}

/** Adds up the outcomes: by contender, by techniques, by kind of text, by task. */

import type { Outcome } from '../run.ts'
import { paired } from './paired.ts'
import type { Group, ResultRow } from './result.ts'

type Count = (text: string) => number

/** @param contenders in the order of the rows */
export function rowsOf(outcomes: readonly Outcome[], contenders: readonly string[], count: Count): ResultRow[] {
  return contenders.flatMap((contender) => {
    const answered = outcomes.filter(({ original, forms }) => original !== undefined && forms.get(contender))
    if (answered.length === 0) return []
    const groups: readonly (readonly [Group, (outcome: Outcome) => string])[] = [
      ['all', () => ''],
      ['technique', (outcome) => techniquesOf(outcome, contender)],
      ['kind', ({ item }) => item.sample.kind],
      ['task', ({ question }) => question.task],
    ]
    return groups.flatMap(([group, nameOf]) =>
      Array.from(byName(answered, nameOf), ([name, members]) => ({
        contender,
        group,
        name,
        ...figuresOf(members, contender, count),
      })),
    )
  })
}

/** Its techniques in their order; a yardstick has none. */
function techniquesOf({ item }: Outcome, contender: string): string {
  const { original, forms } = item.sample
  const form = forms.get(contender)
  if (form === undefined || form.text === original.text) return 'unchanged'
  return form.techniques.length === 0 ? 'the whole text' : form.techniques.join(' + ')
}

function byName(outcomes: readonly Outcome[], nameOf: (outcome: Outcome) => string): [string, Outcome[]][] {
  const groups = Map.groupBy(outcomes, nameOf)
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1))
}

function figuresOf(
  outcomes: readonly Outcome[],
  contender: string,
  count: Count,
): Omit<ResultRow, 'contender' | 'group' | 'name'> {
  const samples = new Set(outcomes.map(({ item }) => item.sample))
  let [before, after] = [0, 0]
  for (const { original, forms } of samples) {
    before += count(original.text)
    after += count(forms.get(contender)?.text ?? original.text)
  }
  const pairs = outcomes.map(
    ({ original, forms }) => [original?.isRight ?? false, forms.get(contender)?.isRight ?? false] as const,
  )
  return { ...paired(pairs), blocks: samples.size, tokens_before: before, tokens_after: after }
}

/** The outcomes by tool output, and the questions that a form lost. */

import type { Outcome } from '../run.ts'
import type { BlockResult, FormResult, Lost } from './result.ts'

export function blocksOf(outcomes: readonly Outcome[], count: (text: string) => number): BlockResult[] {
  const items = Map.groupBy(outcomes, ({ item }) => item)
  return Array.from(items, ([{ sample }, members]) => {
    const forms = Array.from(sample.forms, ([name, form]): [string, FormResult] => [
      name,
      {
        techniques: form.techniques,
        tokens: count(form.text),
        right: members.map(({ forms: graded }) => bit(graded.get(name)?.isRight)),
      },
    ])
    return {
      name: sample.name,
      kind: sample.kind,
      tokens: count(sample.original.text),
      tasks: members.map(({ question }) => question.task),
      original: members.map(({ original }) => bit(original?.isRight)),
      forms: Object.fromEntries(forms),
    }
  })
}

export function lostOf(outcomes: readonly Outcome[]): Lost[] {
  return outcomes.flatMap(({ item, question, original, forms }) =>
    Array.from(forms).flatMap(([contender, graded]) =>
      original?.isRight && graded?.isRight === false
        ? [
            {
              contender,
              block: item.sample.name,
              question: question.text,
              answer: question.answer.join(', '),
              given: graded.given,
            },
          ]
        : [],
    ),
  )
}

function bit(isRight: boolean | undefined): 0 | 1 | null {
  return isRight === undefined ? null : isRight ? 1 : 0
}

/** Makes the questions about a tool output: its tasks by turns, each question once. */

import { recordsOf } from '../records/records-of.ts'
import { createDice } from './dice.ts'
import { LINE_MAKERS, linesOf } from './of-lines.ts'
import { MATCH_MAKERS, matchesOf } from './of-matches.ts'
import { OBJECT_MAKERS, objectOf } from './of-object.ts'
import { RECORD_MAKERS, tableOf } from './of-records.ts'
import { SERIES_MAKERS, seriesOf } from './of-series.ts'
import type { Dice, Question, Task } from './question.ts'

/**
 * @param seed the run's seed; with the text it decides every choice
 * @returns at most `count` questions; none where the text has no answer that is certain
 */
export function questionsOf(text: string, count: number, seed: number): readonly Question[] {
  const dice = createDice(`${seed}\n${text}`)
  const makers = dice.shuffled(makersOf(text))
  const questions = new Map<string, Question>()
  // A task that has no new question twice has hardly any left.
  for (let round = 0; round < 2 * count && questions.size < count; round++) {
    for (const make of makers) {
      const question = make(dice)
      if (question !== undefined && questions.size < count) questions.set(question.text, question)
    }
  }
  return [...questions.values()]
}

type Make = (dice: Dice) => Question | undefined

function makersOf(text: string): Make[] {
  const matches = matchesOf(text)
  if (matches !== undefined) return bound(MATCH_MAKERS, matches)
  const series = seriesOf(text)
  if (series !== undefined) return bound(SERIES_MAKERS, series)
  const records = recordsOf(text)
  const table = records && tableOf(records)
  if (table !== undefined) return bound(RECORD_MAKERS, table)
  const object = objectOf(text)
  if (object !== undefined) return bound(OBJECT_MAKERS, object)
  // Lines of cut JSON mean nothing: white space around them may differ.
  const lines = /^\s*[[{]\s*["{[\]}]/.test(text) ? undefined : linesOf(text)
  return lines === undefined ? [] : bound(LINE_MAKERS, lines)
}

function bound<T>(
  makers: Readonly<Partial<Record<Task, (from: T, dice: Dice) => Question | undefined>>>,
  from: T,
): Make[] {
  return Object.values(makers).map((make) => (dice) => make(from, dice))
}

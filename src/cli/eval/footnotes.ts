/** What a reader of the figures must know: what was left out, how it ended, and when it says nothing. */

import type { EvalResult } from '../../eval/index.ts'
import { grouped } from '../print/table.ts'

export function footnotes(result: EvalResult): string[] {
  return [...leftOut(result), ...refusals(result), ...doubts(result), ...lost(result), ...ending(result)]
}

function leftOut({ left_out, rows }: EvalResult): string[] {
  const { unchanged, withoutQuestions, beyondCalls } = left_out
  // An output is asked about whole or not at all.
  const few = rows.length > 0 ? '' : ': each needs its --questions once for the original and once for each form'
  return [
    ...(unchanged > 0 ? [`not asked: ${grouped(unchanged)} outputs that no form changes (--unchanged asks)`] : []),
    ...(withoutQuestions > 0 ? [`not asked: ${grouped(withoutQuestions)} outputs without a certain answer`] : []),
    ...(beyondCalls > 0 ? [`not asked: ${grouped(beyondCalls)} outputs beyond --max-calls${few}`] : []),
  ]
}

function refusals({ refused }: EvalResult): string[] {
  return Object.entries(refused).map(([reason, count]) => `not answered: ${grouped(count)} questions: ${reason}`)
}

/** Below this share of right answers about the originals, a form can hardly do worse. */
const FEW_RIGHT = 0.2

function doubts({ rows }: EvalResult): string[] {
  const [all] = rows.filter(({ group }) => group === 'all').sort((a, b) => b.questions - a.questions)
  if (all === undefined || all.original_right >= FEW_RIGHT * all.questions) return []
  return [
    `the model is right about the originals in ${all.original_right} of ${all.questions} questions: such answers say little about any form (a model that thinks first needs --thinking)`,
  ]
}

function lost({ lost = [] }: EvalResult): string[] {
  return lost.map(
    ({ contender, block, question, answer, given }) =>
      `lost by ${contender} in ${block}: ${question}\n  right: ${answer}\n  given: ${given}`,
  )
}

function ending({ failure, calls, answered }: EvalResult): string[] {
  const counted = `${grouped(calls)} calls answered, ${grouped(answered)} answers from before`
  return [failure === undefined ? counted : `ENDED EARLY: ${failure}; ${counted}`]
}

/** What a person sees of a run: its size before the first call, then how far it is, and the time left. */

import type { EvalEvents } from '../../eval/index.ts'
import { createProgress, printMessage } from '../output.ts'
import { grouped } from '../print/table.ts'

/** @param stateFile where the answers are kept; undefined: nowhere */
export function createEvalProgress(stateFile: string | undefined): EvalEvents & { end(): void } {
  const line = createProgress()
  let began = 0
  return {
    onPlan({ items, calls, answered, tokens }) {
      const outputs = `${grouped(items.length)} tool outputs`
      const known = answered === 0 ? '' : `; ${grouped(answered)} answers are in ${stateFile}`
      printMessage(`${outputs}: ${grouped(calls)} calls with about ${grouped(tokens)} input tokens${known}`)
      began = performance.now()
    },
    onCall(made, planned) {
      const left = ((performance.now() - began) / made) * (planned - made)
      line.show(`call ${grouped(made)} of ${grouped(planned)}, ${duration(left)} left`)
    },
    onWait: (seconds, reason) => line.show(`waiting ${seconds} s: ${reason}`),
    end: () => line.clear(),
  }
}

function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 1) return `${Math.ceil(ms / 1000)} s`
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
